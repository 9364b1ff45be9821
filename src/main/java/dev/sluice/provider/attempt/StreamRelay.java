package dev.sluice.provider.attempt;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.provider.admission.ConcurrencyLimiter.ReleaseReason;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.CreditStream;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.TimeLimit;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The part of an {@link Attempt} that relays a stream: reads the provider's events, holds them back where configured,
 * and passes them to the client's side with back-pressure. The attempt's state decides which of these it does.
 */
final class StreamRelay {

    /** How long a provider may take to close its response after the terminal marker before its connection is reset. */
    private static final long CLOSE_MILLIS = 1_000;

    /** How long usage is awaited after the finish reason; providers send it immediately after. */
    private static final long USAGE_MILLIS = 2_000;

    /** How long the terminal marker is awaited once usage is known: nothing else is missing. */
    private static final long MARKER_MILLIS = 250;

    /**
     * In bytes; what is longer is passed to the client as it is. Responses' openings repeat instructions and tools of
     * the request, twice.
     */
    private static final int MAX_OPENING = 4 << 20;

    private final Attempt attempt;
    private final HttpClientResponse response;
    private final StreamReader reader;
    private final CreditStream stream;
    private final ProviderReply.Head head;
    private final HoldBuffer holdBuffer;
    /** What the provider sent before its first event with content. */
    private List<ByteSlice> opening = List.of();

    private int openingBytes;
    private long firstEventMillis = -1;
    /** Of what was held back and is on its way to the client; null otherwise. */
    private FairBudget.Lease memory;
    /** The usage before the bytes that a worker thread is reading; null while none does. */
    private Usage usageBeforeWork;
    /** What happened while a worker thread was reading, in order; null before. */
    private Deque<Runnable> postponed;

    /** @param head of a response that passes unchanged; null for server-sent events in the client's format */
    StreamRelay(Attempt attempt, HttpClientResponse response, StreamReader reader, ProviderReply.Head head) {
        this.attempt = attempt;
        this.response = response;
        this.reader = reader;
        this.head = head;
        CallPolicy.HoldLimits hold = attempt.call().policy().hold();
        this.holdBuffer = hold == null ? null : new HoldBuffer(hold);
        this.stream = new CreditStream(attempt.context(), attempt.call().consumer(), this::resume);
    }

    void start() {
        long left = attempt.timeouts().firstToken() - attempt.elapsedMillis();
        attempt.watch().phase(TimeLimit.FIRST_TOKEN, Math.max(0, left));
        response.exceptionHandler(this::connectionLost);
        response.endHandler(v -> responseEnded());
        response.handler(ContentDecoder.handler(response, this::chunkReceived, this::undecodable));
    }

    CreditStream stream() {
        return stream;
    }

    ProviderReply.Head head() {
        return head;
    }

    /** The usage reported so far; for a stream that is held back, with an estimate of what was received. */
    Usage usage() {
        if (isReading()) {
            return usageBeforeWork;
        }
        return attempt.isHolding()
                ? reader.usage().ofIncompleteStream(reader.events(), holdBuffer.bytes())
                : reader.usage();
    }

    /** An incomplete stream has at least a token in each event, where its provider has not reported more. */
    private Usage usageSoFar() {
        if (isReading()) {
            return usageBeforeWork;
        }
        return reader.finished() ? reader.usage() : reader.usage().ofIncompleteStream(reader.events(), 0);
    }

    /** Commits the stream: the client receives what was held back, then the rest. */
    void commit() {
        attempt.commit();
        releaseOpening(this::pass);
        if (holdBuffer != null) {
            memory = attempt.detachMemory();
            holdBuffer.release().forEach(this::pass);
            if (!stream.isPaused()) {
                releaseMemory();
            }
        }
    }

    void cancelled(CancelCause cause) {
        finish(Outcome.CANCELLED, new StreamEnd.Cancelled(cause, usageSoFar()), ReleaseReason.IGNORED);
    }

    void failed(GatewayError error) {
        if (attempt.isStreaming()) {
            StreamEnd end = new StreamEnd.Failed(attempt.withoutSecrets(error), usageSoFar());
            finish(Outcome.of(error), end, ReleaseReason.of(error));
        } else {
            attempt.fail(error);
        }
    }

    /** The log says what happened. The client gets an error event without it. */
    void failInternally(Throwable bug) {
        attempt.context().reportException(bug);
        GatewayError error = GatewayError.of(GatewayError.Kind.INTERNAL, "the stream failed inside Sluice");
        finish(Outcome.CANCELLED, new StreamEnd.Failed(error, usageSoFar()), ReleaseReason.IGNORED);
    }

    /** The response was finished, but its terminal marker is missing and the provider is silent: Sluice adds it. */
    void finishWithoutMarker() {
        if (isReading()) {
            postpone(this::finishWithoutMarker);
        } else if (attempt.isEnded()) {
            return;
        } else if (reader.isLarge(0)) {
            readOnWorker(reader::finish);
        } else {
            try {
                relay(reader.finish());
            } catch (RuntimeException bug) {
                attempt.failInternally(bug);
            }
        }
    }

    private void chunkReceived(Buffer chunk) {
        if (isReading()) {
            postpone(() -> chunkReceived(chunk));
        } else if (attempt.isEnded()) {
            return;
        } else if (reader.isLarge(chunk.length())) {
            readOnWorker(() -> reader.accept(Buffers.slice(chunk)));
        } else {
            try {
                relay(reader.accept(Buffers.slice(chunk)));
            } catch (RuntimeException bug) {
                attempt.failInternally(bug);
            }
        }
    }

    private void undecodable(Throwable wrong) {
        if (isReading()) {
            postpone(() -> undecodable(wrong));
        } else if (!attempt.isEnded()) {
            failed(AttemptErrors.malformedEncoding(attempt.providerName(), wrong));
        }
    }

    private void responseEnded() {
        attempt.responseEnded();
        finishWithoutMarker();
    }

    private void connectionLost(Throwable failure) {
        attempt.responseEnded();
        if (isReading()) {
            postpone(() -> connectionLost(failure));
        } else if (!attempt.isEnded()) {
            failed(AttemptErrors.closedInStream(attempt.providerName(), failure));
        }
    }

    /**
     * Reads on a worker thread. Meanwhile the response is paused, so that the order is kept, and the event loop does
     * not use the reader.
     */
    private void readOnWorker(Callable<ByteSlice> work) {
        usageBeforeWork = attempt.isHolding() ? usage() : usageSoFar();
        response.pause();
        if (!attempt.isAwaitingFirstEvent()) {
            attempt.watch().pause();
        }
        WorkerPool.of(attempt.context().owner(), WorkerPool.Purpose.BODIES)
                .run(work)
                .onComplete(this::workDone, bug -> {
                    usageBeforeWork = null;
                    attempt.failInternally(bug);
                });
    }

    private void workDone(ByteSlice passable) {
        usageBeforeWork = null;
        if (attempt.isEnded()) {
            return;
        }
        try {
            relay(passable);
            while (!isReading() && postponed != null && !postponed.isEmpty()) {
                postponed.poll().run();
            }
        } catch (RuntimeException bug) {
            attempt.failInternally(bug);
            return;
        }
        if (!isReading() && !attempt.isEnded() && !stream.isPaused()) {
            response.resume();
        }
    }

    private void postpone(Runnable step) {
        if (postponed == null) {
            postponed = new ArrayDeque<>();
        }
        postponed.add(step);
    }

    /** Whether a worker thread uses the reader. */
    private boolean isReading() {
        return usageBeforeWork != null;
    }

    private void relay(ByteSlice passable) {
        GatewayError error = reader.error();
        if (error == null && attempt.isAwaitingFirstEvent()) {
            if (reader.started() || openingBytes > MAX_OPENING) {
                firstEventReceived();
            } else if (!passable.isEmpty()) {
                opening = opening.isEmpty() ? new ArrayList<>(2) : opening;
                opening.add(passable);
                openingBytes += passable.length();
            }
        }
        if (attempt.isStreaming()) {
            pass(passable);
        } else if (error == null && attempt.isHolding()) {
            hold(passable);
        }
        if (error != null) {
            failed(error);
        } else if (reader.complete() && !attempt.isEnded()) {
            complete();
        }
    }

    private void firstEventReceived() {
        firstEventMillis = attempt.elapsedMillis();
        attempt.responseStarted();
        if (holdBuffer == null) {
            commit();
        } else {
            attempt.hold(reader.complete() ? 0 : holdBuffer.millis());
            releaseOpening(holdBuffer::append);
        }
    }

    private void releaseOpening(Consumer<ByteSlice> receiver) {
        opening.forEach(receiver);
        opening = List.of();
    }

    private void hold(ByteSlice passable) {
        holdBuffer.append(passable);
        boolean full = holdBuffer.isUncovered() && !attempt.takeMemory(holdBuffer.reserve());
        if (reader.complete() || holdBuffer.limitReached(reader.events()) || full && !holdBuffer.toTheEnd()) {
            commit();
        } else if (full) {
            attempt.fail(AttemptErrors.memoryFull(attempt.providerName(), holdBuffer.bytes()), Outcome.CANCELLED);
        } else if (holdBuffer.tooLarge()) {
            attempt.fail(
                    AttemptErrors.heldStreamTooLarge(attempt.providerName(), HoldBuffer.MAX_BYTES), Outcome.REFUSED);
        } else {
            limitIdleTime();
        }
    }

    private void pass(ByteSlice passable) {
        if (stream.offer(passable)) {
            limitIdleTime();
        } else {
            response.pause();
            attempt.watch().pause();
        }
    }

    /** The client has taken what was held back. */
    private void releaseMemory() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    private void resume() {
        releaseMemory();
        if (isReading()) {
            return;
        }
        if (!attempt.isEnded()) {
            limitIdleTime();
        }
        response.resume();
    }

    private void limitIdleTime() {
        if (isReading()) {
            return;
        }
        if (reader.finished()) {
            attempt.watch().phase(TimeLimit.MARKER, reader.usage().known() ? MARKER_MILLIS : USAGE_MILLIS);
        } else {
            attempt.watch().phase(TimeLimit.IDLE, attempt.timeouts().idle());
        }
    }

    /**
     * The terminal marker was received. The client has the complete stream; the provider is given a moment to end its
     * response.
     */
    private void complete() {
        if (attempt.end(Outcome.SUCCESS, firstEventMillis, ReleaseReason.SUCCESS)) {
            stream.end(new StreamEnd.Complete(reader.usage()));
            attempt.closeWithin(CLOSE_MILLIS);
            // A slow client may have paused the response: its end must be read so that the connection returns to the
            // pool.
            response.resume();
        }
    }

    private void finish(Outcome outcome, StreamEnd end, ReleaseReason reason) {
        if (attempt.end(outcome, firstEventMillis, reason)) {
            stream.end(end);
        }
    }
}
