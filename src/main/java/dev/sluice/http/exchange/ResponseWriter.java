package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.http.edge.ErrorResponse;
import dev.sluice.http.edge.RequestIds;
import dev.sluice.model.Budget;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.quota.AdmissionResult;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.CreditStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Writes the one answer of an exchange: whole, streamed or an error. */
final class ResponseWriter implements Heartbeat.IdleStream {

    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-sluice-provider");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-sluice-model");
    private static final CharSequence BUDGET_WARNING = HttpHeaders.createOptimized("x-sluice-budget-warning");
    private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("x-sluice-attempts");
    private static final CharSequence OVERHEAD = HttpHeaders.createOptimized("x-sluice-overhead-ms");
    private static final CharSequence DROPPED = HttpHeaders.createOptimized("x-sluice-dropped");
    private static final CharSequence COST = HttpHeaders.createOptimized("x-sluice-cost");
    private static final CharSequence PLAN = HttpHeaders.createOptimized("x-sluice-plan");
    private static final CharSequence TRIED = HttpHeaders.createOptimized("x-sluice-tried");
    /** The name that Anthropic's clients look for. */
    private static final CharSequence ANTHROPIC_REQUEST_ID = HttpHeaders.createOptimized("request-id");

    private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");

    /** A comment: clients skip it. */
    private static final String PING = ": ping\n\n";

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RequestContext facts;
    private final ListenerContext listener;
    /** Bytes of the stream that wait in the connection's queue. */
    private int waiting;
    /** The bytes are the provider's own. */
    private boolean passed;
    /** How long nothing was written, as far as anybody looked. */
    private long silentMillis;

    private ExplainTrace trace;
    /** The stream that the client sees has ended. */
    private boolean over;

    /** Who follows a stream on its way to the client. */
    interface Audience {

        /** Called with every batch; returns what of it the client may see. */
        ByteSlice seen(ByteSlice batch);

        /** The stream has ended; {@link ResponseWriter#ended} must follow, at once or after another stream. */
        void over(StreamEnd end);
    }

    ResponseWriter(HttpServerRequest request, RequestContext facts, ListenerContext listener) {
        this.request = request;
        this.response = request.response();
        this.facts = facts;
        this.listener = listener;
    }

    /** From now on the answer's headers tell plan and attempts. */
    void explain(ExplainTrace trace) {
        this.trace = trace;
    }

    /** Where the caller stands with its limits and budgets, whatever the answer will be. */
    void tell(AdmissionResult result) {
        if (gone()) {
            return;
        }
        result.headers(facts.surface == Surface.MESSAGES, response::putHeader);
        List<String> warnings = result.warnings();
        if (!warnings.isEmpty()) {
            response.putHeader(BUDGET_WARNING, String.join("; ", warnings));
        }
    }

    /** The stream's end, and what was held back of it before. */
    void last(ByteSlice held, StreamEnd end) {
        if (!gone() && !held.isEmpty()) {
            response.write(Buffers.buffer(held));
        }
        ended(end);
    }

    void whole(ProviderReply.Whole reply) {
        if (gone()) {
            return;
        }
        facts.firstTokenNanos = System.nanoTime();
        head(reply.dropped());
        if (facts.costNanoUsd >= 0) {
            response.putHeader(COST, Budget.usd(facts.costNanoUsd));
        }
        if (reply.location() != null) {
            Redirect.to(response, reply.location());
            return;
        }
        if (reply.status() != 200) {
            response.setStatusCode(reply.status());
        }
        response.putHeader(
                HttpHeaders.CONTENT_TYPE, reply.contentType() == null ? "application/json" : reply.contentType());
        last(Buffers.buffer(reply.body()));
    }

    void stream(ProviderReply.Streaming reply, Audience audience) {
        if (!gone()) {
            if (reply.head() == null) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
                        .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE)
                        // nginx and its kin would otherwise hold events back.
                        .putHeader(BUFFERING, NO);
                listener.heartbeat().watch(this);
            } else {
                passed = true;
                pass(reply.head());
            }
            head(reply.dropped());
            response.setChunked(!response.headers().contains(HttpHeaders.CONTENT_LENGTH));
        }
        listener.metrics().streamOpened();
        play(reply.stream(), audience);
    }

    /** Another stream continues the one that was cut. */
    void goOn(CreditStream stream, ByteSlice mark, Audience audience) {
        if (!gone()) {
            response.write(Buffers.buffer(mark));
        }
        play(stream, audience);
    }

    private void play(CreditStream stream, Audience audience) {
        waiting = 0;
        if (!gone()) {
            // A slow reader: its bytes are acknowledged when they are gone, and the provider waits meanwhile.
            response.drainHandler(drained -> acknowledge(stream));
        }
        stream.start((batch, end) -> {
            if (batch != null) {
                write(stream, batch.length(), audience.seen(batch));
            }
            if (end != null) {
                audience.over(end);
            }
        });
    }

    void error(GatewayError error) {
        error(error, false);
    }

    /** @param retryIsVain the client would only repeat what was tried here */
    void error(GatewayError error, boolean retryIsVain) {
        if (!gone()) {
            facts.errorCode = error.code();
            if (retryIsVain) {
                response.putHeader(ErrorResponse.SHOULD_RETRY, "false");
            }
            sluiceHeaders();
            ErrorResponse.send(request, error, facts.requestId);
        }
    }

    /** In place of an answer that will not come. */
    void givenUp(CancelCause cause) {
        error(stopped(cause));
    }

    /** True when there is nobody to write to. */
    boolean gone() {
        return response.closed() || response.ended();
    }

    @Override
    public void check(long sinceMillis, long intervalMillis) {
        silentMillis += sinceMillis;
        if (silentMillis >= intervalMillis && !gone() && !response.writeQueueFull()) {
            silentMillis = 0;
            response.write(PING);
        }
    }

    private void write(CreditStream stream, int taken, ByteSlice visible) {
        if (gone()) {
            stream.consumed(taken);
            return;
        }
        if (!visible.isEmpty()) {
            if (facts.firstTokenNanos == 0) {
                facts.firstTokenNanos = System.nanoTime();
            }
            silentMillis = 0;
            response.write(Buffers.buffer(visible));
        }
        waiting += taken;
        if (!response.writeQueueFull()) {
            acknowledge(stream);
        }
    }

    /** Several batches may wait for one drain; each is acknowledged once. */
    private void acknowledge(CreditStream stream) {
        int gone = waiting;
        waiting = 0;
        if (gone > 0) {
            stream.consumed(gone);
        }
    }

    /** The stream that the client sees is over. */
    void ended(StreamEnd end) {
        if (over) {
            return;
        }
        over = true;
        listener.metrics().streamClosed();
        listener.heartbeat().unwatch(this);
        switch (end) {
            case StreamEnd.Complete complete -> finish();
            case StreamEnd.Failed failed -> finish(failed.error());
            case StreamEnd.Cancelled cancelled -> finish(stopped(cancelled.cause()));
        }
    }

    private static GatewayError stopped(CancelCause cause) {
        return switch (cause) {
            case DRAIN ->
                GatewayError.of(Kind.UNAVAILABLE, "Sluice is stopping and could not wait for the end of this answer")
                        .withCode("draining");
            case DEADLINE, CLIENT_GONE, HEDGED ->
                GatewayError.of(Kind.UNAVAILABLE, "the answer was given up: " + cause.label());
        };
    }

    private void finish() {
        if (!gone()) {
            last(Buffer.buffer());
        }
    }

    /** The client's protocol says how a stream fails: an error event, and no terminal marker. */
    private void finish(GatewayError error) {
        if (!gone()) {
            facts.errorCode = error.code();
            if (passed) {
                // Nobody knows what an error would look like in these bytes: a cut answer must look cut.
                response.reset();
                return;
            }
            last(Buffers.buffer(Protocols.errorEvent(facts.surface, error, facts.requestId)));
        }
    }

    /**
     * For Vert.x a response has ended when its last byte is queued. A drain must wait until a slow reader has taken it,
     * too.
     */
    private void last(Buffer bytes) {
        listener.lifecycle().exchangeStarted();
        response.end(bytes).onComplete(taken -> listener.lifecycle().exchangeEnded());
    }

    private void head(List<String> dropped) {
        response.putHeader(RequestIds.HEADER, facts.requestId);
        if (facts.surface == Surface.MESSAGES) {
            response.putHeader(ANTHROPIC_REQUEST_ID, facts.requestId);
        }
        sluiceHeaders();
        if (!dropped.isEmpty()) {
            facts.dropped = String.join(",", dropped);
            response.putHeader(DROPPED, facts.dropped);
        }
    }

    private void pass(ProviderReply.Head head) {
        response.setStatusCode(head.status());
        for (int i = 0; i < head.headers().size(); i += 2) {
            response.putHeader(head.headers().get(i), head.headers().get(i + 1));
        }
    }

    private void sluiceHeaders() {
        if (facts.provider != null) {
            response.putHeader(PROVIDER, facts.provider)
                    .putHeader(MODEL, facts.upstreamModel)
                    .putHeader(ATTEMPTS, Integer.toString(facts.attempts))
                    .putHeader(OVERHEAD, overhead());
        }
        if (trace != null) {
            response.putHeader(PLAN, trace.plan()).putHeader(TRIED, trace.tried());
        }
    }

    /** Milliseconds spent here and not at providers, three digits after the point. */
    private String overhead() {
        long micros = Math.max(0, System.nanoTime() - facts.startNanos - facts.upstreamNanos) / 1000;
        StringBuilder text = new StringBuilder(12).append(micros / 1000).append('.');
        long rest = micros % 1000;
        return text.append(rest / 100).append(rest / 10 % 10).append(rest % 10).toString();
    }
}
