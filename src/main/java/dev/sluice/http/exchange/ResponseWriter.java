package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.http.edge.ErrorResponse;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.spi.FailureEvents;
import dev.sluice.quota.Admission;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.CreditStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * The writer of the response of one exchange: whole, streamed or an error; filtered where the route has rules for
 * responses. It releases the quota reservation before the last byte is sent, so that a client that sends one request
 * after another never competes with itself. Confined to the event loop of the client's connection.
 */
public final class ResponseWriter implements Heartbeat.IdleStream {

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RequestContext context;
    private final ListenerContext listener;

    private FilterQueue filter;
    private ResponseItems items = ResponseItems.NONE;
    private QuotaReservation reservation;
    private ResponseReview review;
    /** Null while nothing is held. */
    RequestResources resources;
    /** The whole response that is being written. */
    private ProviderReply.Complete whole;

    private ExplainTrace trace;
    /** The stream whose bytes are being written. */
    private CreditStream stream;

    private FailureEvents failureEvents;
    private StreamFraming framing = StreamFraming.EVENTS;
    /** Bytes of the stream that wait in the connection's queue. */
    private int queuedBytes;
    /** Status, headers and body of the provider are relayed unread. */
    private boolean relayed;

    private boolean streamEnded;
    /** The last byte is queued: what the response holds is returned when it has left. */
    private boolean flushing;
    /** Time without a write, as of the last check. */
    private long silentMillis;

    ResponseWriter(HttpServerRequest request, RequestContext context, ListenerContext listener) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        this.listener = listener;
    }

    /** Sets a step for a complete response that is no refusal. */
    public void review(ResponseReview step) {
        review = step;
    }

    /** Keeps the items of the response where its request allows that. */
    void keep(ResponseItems items) {
        this.items = items;
    }

    /** Applies the filter to the response. */
    void filter(FilterQueue filter) {
        this.filter = filter;
    }

    /** Adds plan and attempts to the response's headers; null leaves them out. */
    void explain(ExplainTrace trace) {
        this.trace = trace;
        if (trace != null && filter != null) {
            trace.filter(filter::visible);
        }
    }

    /** Holds the reservation until the response ends, and writes the caller's limits and budgets as headers. */
    void hold(QuotaReservation reservation) {
        this.reservation = reservation;
        if (!clientGone()) {
            SluiceHeaders.write(response, context, reservation.admission());
        }
    }

    /** Releases the reservation as soon as every attempt has settled. No attempt follows. */
    public void release() {
        if (resources != null) {
            resources.revokeAdmission();
        }
        if (reservation != null) {
            reservation.release();
        }
    }

    /** What the request holds until the response ends. */
    RequestResources resources() {
        if (resources == null) {
            resources = new RequestResources(listener.memory(), context.principal.shareName(), context.ended());
        }
        return resources;
    }

    /** Reserves what is known of a request before its body: concurrency and its count. */
    void beginAdmission() {
        Admission begun = QuotaReservation.begin(listener, context, response);
        if (begun != null) {
            resources().keep(begun);
        }
    }

    /** The response has ended, or the client has left. */
    void close() {
        if (resources != null) {
            resources.close();
        }
        release();
        if (!flushing) {
            releaseMemory();
        }
    }

    private void releaseMemory() {
        acknowledge();
        if (whole != null) {
            whole.release();
        }
    }

    /** @param refused whether the provider refused the request, so that the body is its error */
    void whole(ProviderReply.Complete reply, boolean refused) {
        whole = reply;
        release();
        if (review != null && !refused && review.start(reply, this)) {
            return;
        }
        if (filter == null) {
            writeWhole(reply, reply.body());
        } else {
            filter.whole(reply.body(), reply.contentType(), refused, body -> writeWhole(reply, body));
        }
    }

    private void writeWhole(ProviderReply.Complete reply, ByteSlice body) {
        if (isUnreadable()) {
            error(filter.failure(), false);
            return;
        }
        if (clientGone()) {
            releaseMemory();
            return;
        }
        context.firstTokenNanos = System.nanoTime();
        SluiceHeaders.write(response, context, trace, reply.dropped());
        SluiceHeaders.writeWhole(response, context, reply);
        if (reply.location() != null) {
            response.end();
            return;
        }
        items.completed(body);
        end(Buffers.buffer(body));
    }

    /** Writes the head; {@link #write} and {@link #endStream} follow. */
    void startStream(ProviderReply.Streaming reply) {
        failureEvents = Protocols.failureEvents(context.surface);
        if (!clientGone()) {
            if (reply.head() == null) {
                framing = StreamFraming.of(context);
                framing.writeHead(response);
                listener.heartbeat().watch(this);
            } else {
                relayed = true;
                SluiceHeaders.relay(response, reply.head());
                filter = filter == null ? null : filter.relaying(response.headers());
            }
            SluiceHeaders.write(response, context, trace, reply.dropped());
            response.setChunked(!response.headers().contains(HttpHeaders.CONTENT_LENGTH));
        }
        listener.metrics().streamOpened();
        attach(reply.stream());
    }

    /** Another stream continues the one that was cut. */
    void resumeStream(CreditStream next, ByteSlice comment) {
        if (filter != null && filter.isBusy()) {
            filter.afterwards(() -> resumeStream(next, comment));
            return;
        }
        if (!clientGone()) {
            response.write(Buffers.buffer(comment));
        }
        attach(next);
    }

    private void attach(CreditStream next) {
        acknowledge();
        stream = next;
        if (!clientGone()) {
            // A slow client: bytes are acknowledged when they have been sent; until then the provider is paused.
            response.drainHandler(drained -> acknowledge());
        }
    }

    /**
     * Writes events of the stream, filtered.
     *
     * @param received bytes of the provider's batch, to be acknowledged when the events have been sent
     * @return false when the filter cannot read the stream: the exchange must cancel it
     */
    boolean write(ByteSlice events, int received) {
        if (filter == null) {
            writeVisible(events, received);
        } else {
            filter.events(events, visible -> writeVisible(visible, received));
        }
        return !isUnreadable();
    }

    private boolean isUnreadable() {
        return filter != null && filter.failure() != null;
    }

    private void writeVisible(ByteSlice visible, int received) {
        if (clientGone()) {
            stream.consumed(received);
            return;
        }
        if (!visible.isEmpty()) {
            if (context.firstTokenNanos == 0) {
                context.firstTokenNanos = System.nanoTime();
            }
            silentMillis = 0;
            send(visible);
        }
        queuedBytes += received;
        if (!response.writeQueueFull()) {
            acknowledge();
        }
    }

    private void send(ByteSlice events) {
        response.write(framing.frame(events));
        failureEvents.sent(events);
        items.sent(events);
    }

    /** Acknowledges all bytes that waited for the connection's queue to drain, each once. */
    private void acknowledge() {
        int bytes = queuedBytes;
        queuedBytes = 0;
        if (bytes > 0) {
            stream.consumed(bytes);
        }
    }

    /** Ends the client's stream, after writing what the filter has held back. */
    void endStream(StreamEnd end) {
        if (filter != null && filter.isBusy()) {
            filter.afterwards(() -> endStream(end));
            return;
        }
        release();
        if (filter == null) {
            endStream(end, ByteSlice.EMPTY);
        } else {
            filter.end(heldBack -> endStream(end, heldBack));
        }
    }

    private void endStream(StreamEnd end, ByteSlice heldBack) {
        if (!clientGone() && !heldBack.isEmpty()) {
            send(heldBack);
        }
        if (streamEnded) {
            return;
        }
        streamClosed();
        if (clientGone()) {
            return;
        }
        switch (isUnreadable() ? new StreamEnd.Failed(filter.failure(), end.usage()) : end) {
            case StreamEnd.Complete complete -> {
                items.completed();
                end(framing.end(ByteSlice.EMPTY));
            }
            case StreamEnd.Failed failed -> failStream(failed.error());
            case StreamEnd.Cancelled cancelled -> failStream(ErrorResponse.cancelled(cancelled.cause()));
        }
    }

    private void streamClosed() {
        streamEnded = true;
        listener.heartbeat().unwatch(this);
        listener.metrics().streamClosed();
    }

    /**
     * A bug interrupted the writing: the client gets 500 where its response has not begun, else a cut response. Never
     * fails, so that the exchange ends in any case.
     */
    void abandon() {
        try {
            if (stream != null && !streamEnded) {
                streamClosed();
            }
            release();
        } catch (RuntimeException second) {
            listener.logUnexpected(context, second);
        }
        GatewayError error = GatewayError.of(Kind.INTERNAL, "the request failed inside Sluice; its log has the cause");
        context.errorCode = error.code();
        if (response.ended() && !response.closed()) {
            response.reset();
        } else {
            ErrorResponse.send(request, error, context.requestId);
        }
    }

    /** The client's protocol defines how a stream fails: error events, and no terminal marker. */
    private void failStream(GatewayError error) {
        context.errorCode = error.code();
        if (relayed) {
            // The format of these bytes is unknown, so no error can be written: a cut response must look cut.
            response.reset();
        } else {
            end(framing.end(failureEvents.of(FilterQueue.visible(error, filter), context.requestId)));
        }
    }

    /** @param retryIsFutile whether a retry by the client would only repeat what Sluice has tried */
    void error(GatewayError error, boolean retryIsFutile) {
        release();
        if (!clientGone()) {
            context.errorCode = error.code();
            if (retryIsFutile) {
                response.putHeader(ErrorResponse.SHOULD_RETRY, "false");
            }
            SluiceHeaders.write(response, context, trace);
            ErrorResponse.send(request, FilterQueue.visible(error, filter), context.requestId);
        }
    }

    /** Ends the response of a cancelled request: its stream, if one has begun. */
    void cancelled(CancelCause cause) {
        if (stream != null) {
            endStream(new StreamEnd.Cancelled(cause, Usage.UNKNOWN));
        } else {
            error(ErrorResponse.cancelled(cause), false);
        }
    }

    /** True when the client no longer receives anything. */
    private boolean clientGone() {
        return response.closed() || response.ended();
    }

    @Override
    public void check(long sinceMillis, long intervalMillis) {
        silentMillis += sinceMillis;
        if (silentMillis >= intervalMillis && !clientGone() && !response.writeQueueFull()) {
            silentMillis = 0;
            response.write(framing.ping());
        }
    }

    /** Vert.x calls a response ended when its last byte is queued. Draining must wait until that byte has left. */
    private void end(Buffer last) {
        flushing = true;
        listener.lifecycle().exchangeStarted();
        try {
            response.end(last).onComplete(taken -> flushed());
        } catch (RuntimeException bug) {
            flushed();
            throw bug;
        }
    }

    private void flushed() {
        releaseMemory();
        listener.lifecycle().exchangeEnded();
    }
}
