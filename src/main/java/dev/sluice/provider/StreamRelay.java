package dev.sluice.provider;

import dev.sluice.bus.ProviderReply;
import dev.sluice.dialect.StreamReader;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.StreamEnd;
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

    private final Attempt attempt;
    private final HttpClientResponse response;
    private final StreamReader reader;
    private final CreditStream stream;
    private final ProviderReply.Head head;
    private boolean committed;
    private long firstEventMillis = -1;

    StreamRelay(Attempt attempt, HttpClientResponse response, StreamReader reader, ProviderReply.Head head) {
        this.attempt = attempt;
        this.response = response;
        this.reader = reader;
        this.head = head;
        this.stream = new CreditStream(attempt.context(), attempt.call().consumer(), this::resume);
    }

    void begin() {
        long left = Attempt.millis(attempt.timeouts().firstToken()) - attempt.sinceBegan();
        attempt.watch().phase("first_token", Math.max(0, left));
        response.exceptionHandler(this::lost);
        response.endHandler(v -> closed());
        response.handler(this::chunk);
    }

    CreditStream stream() {
        return stream;
    }

    /** Null for server-sent events in the client's format. */
    ProviderReply.Head head() {
        return head;
    }

    void cancelled(CancelCause cause) {
        finish(Outcome.CANCELLED, new StreamEnd.Cancelled(cause, reader.usage()));
    }

    void failed(GatewayError error) {
        if (committed) {
            finish(Outcome.of(error), new StreamEnd.Failed(attempt.showable(error), reader.usage()));
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
        if (reader.began() && !committed && error == null) {
            committed = true;
            firstEventMillis = attempt.sinceBegan();
            attempt.commit(this);
        }
        if (committed) {
            pass(passable);
        }
        if (error != null) {
            failed(error);
        } else if (reader.complete()) {
            completed();
        }
    }

    private void pass(ByteSlice passable) {
        if (stream.offer(passable)) {
            attempt.watch().phase("idle", Attempt.millis(attempt.timeouts().idle()));
        } else {
            response.pause();
            attempt.watch().pause();
        }
    }

    private void resume() {
        if (!attempt.ended()) {
            attempt.watch().phase("idle", Attempt.millis(attempt.timeouts().idle()));
        }
        response.resume();
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

    private void finish(Outcome outcome, StreamEnd end) {
        if (attempt.end(outcome, firstEventMillis)) {
            attempt.abortUpstream();
            stream.end(end);
        }
    }
}
