package dev.sluice.http.responses;

import dev.sluice.http.body.BodyReader;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.TimeLimit;
import dev.sluice.stream.Watchdog;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.function.Consumer;

/**
 * Reads the text messages of one client from their fragments: within a maximum size, a time from the first fragment to
 * the last, and the memory of the process. Confined to the event loop of the connection.
 */
final class SocketMessages {

    /** Up to this size a message costs no more than its connection, and is not counted. */
    private static final int UNCOUNTED_BYTES = 16 * 1024;

    private static final long FULL_RETRY_MILLIS = 1_000;

    private final FairBudget budget;
    private final String caller;
    private final long maxBytes;
    private final long timeoutMillis;
    private final Watchdog watchdog;
    private Consumer<Message> messages;
    private Consumer<Refusal> refusals;

    private Buffer fragments;
    private FairBudget.Lease memory;
    private long reserved;
    private Watchdog.Watch watch;
    /** The rest of a refused message is discarded. */
    private boolean discarding;

    private boolean closed;

    /** Why a message is not read. */
    enum Reason {
        TOO_LARGE,
        BINARY,
        TOO_SLOW,
        NO_MEMORY
    }

    record Refusal(Reason reason, GatewayError error) {}

    /** A whole message, and its memory, which the receiver returns. */
    record Message(ByteSlice bytes, FairBudget.Lease memory) {

        void close() {
            if (memory != null) {
                memory.close();
            }
        }
    }

    /**
     * @param budget of the process for requests
     * @param caller whose share of the budget is used; null for all of it
     */
    SocketMessages(FairBudget budget, String caller, long maxBytes, long timeoutMillis, Watchdog watchdog) {
        this.budget = budget;
        this.caller = caller;
        this.maxBytes = maxBytes;
        this.timeoutMillis = timeoutMillis;
        this.watchdog = watchdog;
    }

    void read(ServerWebSocket socket, Consumer<Message> messages, Consumer<Refusal> refusals) {
        this.messages = messages;
        this.refusals = refusals;
        socket.frameHandler(this::take);
    }

    /** The connection has ended. */
    void close() {
        closed = true;
        drop();
    }

    private void take(WebSocketFrame frame) {
        if (closed || !frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        if (frame.isBinary()) {
            refuse(
                    Reason.BINARY,
                    GatewayError.invalid("binary messages are not supported (expected: text)", null, "invalid_value"),
                    frame);
        } else if (!discarding) {
            collect(frame);
        }
        if (frame.isFinal()) {
            discarding = false;
        }
    }

    private void collect(WebSocketFrame frame) {
        Buffer part = frame.binaryData();
        long size = part.length() + (fragments == null ? 0L : fragments.length());
        if (size > maxBytes) {
            refuse(Reason.TOO_LARGE, BodyReader.tooLarge(maxBytes, "server.max_body"), frame);
            return;
        }
        if (!reserve(size)) {
            refuse(Reason.NO_MEMORY, memoryFull(size), frame);
            return;
        }
        if (fragments == null && !frame.isFinal()) {
            watch = watchdog.watch(limit -> expire());
            watch.phase(TimeLimit.BODY, timeoutMillis);
        }
        fragments = fragments == null && !frame.isFinal() ? Buffer.buffer(part.length()) : fragments;
        Buffer whole = fragments == null ? part : fragments.appendBuffer(part);
        if (frame.isFinal()) {
            Message message = new Message(ByteSlice.of(whole.getBytes()), memory);
            memory = null;
            drop();
            messages.accept(message);
        }
    }

    /** Takes as many bytes as the message has so far, in steps that grow with it. */
    private boolean reserve(long size) {
        if (size <= UNCOUNTED_BYTES || size <= reserved) {
            return true;
        }
        if (memory == null) {
            memory = budget.lease(caller);
        }
        long wanted = Math.min(maxBytes, Math.max(size, 2 * reserved));
        if (!memory.take(wanted - reserved)) {
            return false;
        }
        reserved = wanted;
        return true;
    }

    private void refuse(Reason reason, GatewayError error, WebSocketFrame frame) {
        drop();
        discarding = !frame.isFinal();
        refusals.accept(new Refusal(reason, error));
    }

    private void expire() {
        watch = null;
        drop();
        discarding = true;
        refusals.accept(new Refusal(
                Reason.TOO_SLOW,
                GatewayError.of(
                        Kind.REQUEST_TIMEOUT,
                        "message not complete within " + timeoutMillis + " ms (server.timeouts.body)")));
    }

    private void drop() {
        fragments = null;
        reserved = 0;
        if (watch != null) {
            watch.release();
            watch = null;
        }
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    private static GatewayError memoryFull(long bytes) {
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "no memory is left for a message of " + bytes + " bytes: this caller, or all callers together,"
                                + " have too many bytes in flight (limit: server.max_buffered); retry when other"
                                + " requests have finished")
                .withCode(FailureCode.MEMORY_FULL)
                .withRetryAfter(FULL_RETRY_MILLIS);
    }
}
