package dev.sluice.provider.attempt;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.CreditStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/**
 * The streaming part of an {@link Attempt}. Until the first real event nothing is committed and a failure is the
 * attempt's, so that the next target can take over unseen; from then on a failure is the stream's and the client is
 * told.
 */
final class StreamRelay {

    /** How long a provider may take to close its answer after the terminal marker before its connection is given up. */
    private static final long CLOSE_MILLIS = 1_000;

    /** The watchdog's name for what a finished answer may still owe: its usage, and its terminal marker. */
    static final String OWED = "owed";

    /**
     * How long after a finish reason that is waited for. Usage comes right behind it; after that the marker is only a
     * courtesy.
     */
    private static final long USAGE_MILLIS = 2_000;

    private static final long MARKER_MILLIS = 250;

    private final Attempt attempt;
    private final HttpClientResponse response;
    private final StreamReader reader;
    private final CreditStream stream;
    private final ProviderReply.Head head;
    private final HoldBuffer holdBuffer;
    private boolean begun;
    private boolean committed;
    private long firstEventMillis = -1;

    StreamRelay(Attempt attempt, HttpClientResponse response, StreamReader reader, ProviderReply.Head head) {
        this.attempt = attempt;
        this.response = response;
        this.reader = reader;
        this.head = head;
        CallPolicy.Hold hold = attempt.call().policy().hold();
        this.holdBuffer = hold == null ? null : new HoldBuffer(hold);
        this.stream = new CreditStream(attempt.context(), attempt.call().consumer(), this::resume);
    }

    void begin() {
        long left = attempt.timeouts().firstToken() - attempt.sinceBegan();
        attempt.watch().phase("first_token", Math.max(0, left));
        response.exceptionHandler(this::lost);
        response.endHandler(v -> closed());
        response.handler(this::chunk);
    }

    /** What the provider has counted so far; of a stream that is held back also what came, which nobody else sees. */
    Usage usage() {
        boolean unseen = begun && holdBuffer != null && !committed;
        return unseen ? reader.usage().unfinished(reader.events(), holdBuffer.bytes()) : reader.usage();
    }

    CreditStream stream() {
        return stream;
    }

    /** Null for server-sent events in the client's format. */
    ProviderReply.Head head() {
        return head;
    }

    /** Whether an event came, held back or not. */
    boolean begun() {
        return begun;
    }

    void cancelled(CancelCause cause) {
        finish(
                Outcome.CANCELLED,
                new StreamEnd.Cancelled(cause, reader.usage()),
                ConcurrencyLimiter.ReleaseReason.IGNORED);
    }

    void failed(GatewayError error) {
        if (committed) {
            finish(
                    Outcome.of(error),
                    new StreamEnd.Failed(attempt.showable(error), reader.usage()),
                    ConcurrencyLimiter.ReleaseReason.of(error));
        } else {
            attempt.refused(error);
        }
    }

    private void chunk(Buffer chunk) {
        if (!attempt.ended()) {
            relay(reader.accept(Buffers.slice(chunk)));
        }
    }

    private void relay(ByteSlice passable) {
        GatewayError error = reader.error();
        if (reader.began() && !begun && error == null) {
            begin(reader.complete());
        }
        if (committed) {
            pass(passable);
        } else if (begun && error == null) {
            hold(passable);
        }
        if (error != null) {
            failed(error);
        } else if (reader.complete() && !attempt.ended()) {
            completed();
        }
    }

    /** The first event is here. */
    private void begin(boolean already) {
        begun = true;
        firstEventMillis = attempt.sinceBegan();
        attempt.began();
        if (holdBuffer == null) {
            commit();
        } else if (!already && holdBuffer.millis() > 0) {
            attempt.holdFor(holdBuffer.millis(), this::commit);
        }
    }

    private void commit() {
        committed = true;
        attempt.commit();
        if (holdBuffer != null) {
            holdBuffer.release().forEach(this::pass);
        }
    }

    private void hold(ByteSlice passable) {
        holdBuffer.keep(passable);
        if (reader.complete() || holdBuffer.enough(reader.events())) {
            commit();
        } else if (holdBuffer.tooMuch()) {
            attempt.fail(
                    attempt.upstream("sent more than " + HoldBuffer.MAX_BYTES
                                    + " bytes of a stream that is to be held back to its end (hold: all)")
                            .withCode("held_too_large"),
                    Outcome.REFUSED);
        } else {
            watch();
        }
    }

    private void pass(ByteSlice passable) {
        if (stream.offer(passable)) {
            watch();
        } else {
            response.pause();
            attempt.watch().pause();
        }
    }

    private void resume() {
        if (!attempt.ended()) {
            watch();
        }
        response.resume();
    }

    /** How long the provider may be silent now. */
    private void watch() {
        if (reader.finished()) {
            attempt.watch().phase(OWED, reader.usage().known() ? MARKER_MILLIS : USAGE_MILLIS);
        } else {
            attempt.watch().phase("idle", attempt.timeouts().idle());
        }
    }

    /** The answer was finished, and the provider stays silent where its marker is due: the marker is ours to add. */
    void nothingMoreOwed() {
        relay(reader.finish());
    }

    /** The terminal marker came. The client is done; the provider gets a moment to end its answer. */
    private void completed() {
        if (attempt.end(Outcome.SUCCESS, firstEventMillis)) {
            stream.end(new StreamEnd.Complete(reader.usage()));
            attempt.closeWithin(CLOSE_MILLIS);
            // A slow client may have paused the answer: its end must be seen all the same, for the pool's sake.
            response.resume();
        }
    }

    private void closed() {
        attempt.upstreamDone();
        if (!attempt.ended()) {
            relay(reader.finish());
        }
    }

    private void lost(Throwable failure) {
        attempt.upstreamDone();
        if (!attempt.ended()) {
            failed(GatewayError.of(
                    GatewayError.Kind.TRUNCATED,
                    "provider " + attempt.name() + " closed the connection in the middle of the stream: "
                            + NetworkFailure.reason(failure)));
        }
    }

    private void finish(Outcome outcome, StreamEnd end, ConcurrencyLimiter.ReleaseReason reason) {
        if (attempt.end(outcome, firstEventMillis, reason)) {
            attempt.abortUpstream();
            stream.end(end);
        }
    }
}
