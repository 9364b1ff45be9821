package dev.sluice.http.body;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.PausedRequest;
import dev.sluice.stream.TimeLimit;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.util.Arrays;

/**
 * The reader of a request body: into one heap array, within a maximum size, a deadline and the memory of the process. A
 * refused body is discarded, including what arrives until {@code ErrorResponse} has ended the exchange.
 */
public final class BodyReader {

    /** Up to this announced size, the whole array is allocated at once. */
    private static final int TRUSTED_BYTES = 1 << 20;
    /**
     * For a larger one, the array starts with this fraction: announcing 20 MiB without sending them must not allocate
     * 20 MiB.
     */
    private static final int PROOF_FRACTION = 8;

    private static final int UNANNOUNCED_BYTES = 8 * 1024;

    /** Up to this size a body costs no more than its connection, and is not counted. */
    private static final int UNCOUNTED_BYTES = 16 * 1024;

    private static final String BODY = "a request body";

    private static final long FULL_RETRY_MILLIS = 1_000;

    /** The owner of the body, which returns its memory when the request has ended. */
    public interface Owner {

        /** What the request holds of the memory of the process. Asked for large bodies only. */
        FairBudget.Lease memory();
    }

    /** What a request may have as its body. */
    private enum Expected {
        JSON("a JSON object", "server.max_body"),
        FORM("a multipart form", "server.max_upload"),
        ANYTHING(null, "server.max_body"),
        ADMIN_CALL(null, null);

        /** Null if the body may be empty. */
        private final String expected;
        /** The setting of the maximum size; null for a fixed one. */
        private final String limit;

        Expected(String expected, String limit) {
            this.expected = expected;
            this.limit = limit;
        }
    }

    private final HttpServerRequest request;
    private final Expected expected;
    private final long maxBytes;
    private final long timeoutMillis;
    private final Watchdog watchdog;
    private final Owner owner;
    private final Promise<ByteSlice> whole;
    private final long announced;

    private byte[] body;
    private int length;
    /** Bytes taken from the memory of the process. */
    private long reserved;

    private Watchdog.Watch watch;
    private boolean settled;

    private BodyReader(
            HttpServerRequest request,
            Expected expected,
            long maxBytes,
            long timeoutMillis,
            Watchdog watchdog,
            Owner owner) {
        this.request = request;
        this.expected = expected;
        this.maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 8);
        this.timeoutMillis = timeoutMillis;
        this.watchdog = watchdog;
        this.owner = owner;
        this.whole = ((HttpServerRequestInternal) request).context().promise();
        this.announced = announced(request);
    }

    /**
     * Reads a JSON body. Must be called on the request's context, at once or after {@code request.pause()}; resumes the
     * request. Sends {@code 100 Continue} if the client waits for it.
     *
     * @param maxBytes maximum size
     * @param timeoutMillis from now to the last byte of the body
     * @param watchdog of this event loop
     * @param owner of the body, also of one that is refused halfway
     * @return the body, or a failure with a {@link GatewayException}: TOO_LARGE, REQUEST_TIMEOUT, UNAVAILABLE for want
     *     of memory, or INVALID_REQUEST for an empty body, a malformed one, and one cut short
     */
    public static Future<ByteSlice> read(
            HttpServerRequest request, long maxBytes, long timeoutMillis, Watchdog watchdog, Owner owner) {
        return new BodyReader(request, Expected.JSON, maxBytes, timeoutMillis, watchdog, owner).read();
    }

    /** As {@link #read}, for a form that is held in memory. */
    public static Future<ByteSlice> readForm(
            HttpServerRequest request, long maxBytes, long timeoutMillis, Watchdog watchdog, Owner owner) {
        return new BodyReader(request, Expected.FORM, maxBytes, timeoutMillis, watchdog, owner).read();
    }

    /** As {@link #read}, for a body that Sluice passes on unread: it may be empty. */
    public static Future<ByteSlice> readAny(
            HttpServerRequest request, long maxBytes, long timeoutMillis, Watchdog watchdog, Owner owner) {
        return new BodyReader(request, Expected.ANYTHING, maxBytes, timeoutMillis, watchdog, owner).read();
    }

    /** As {@link #read}, for a call of the admin API, whose maximum is fixed. The body may be empty. */
    public static Future<ByteSlice> readAdminCall(
            HttpServerRequest request, long maxBytes, long timeoutMillis, Watchdog watchdog, Owner owner) {
        return new BodyReader(request, Expected.ADMIN_CALL, maxBytes, timeoutMillis, watchdog, owner).read();
    }

    /**
     * Takes memory for a body that replaces the one that was received.
     *
     * @throws GatewayException TOO_LARGE, or UNAVAILABLE for want of memory
     */
    public static void reserveReplacement(Owner owner, long bytes, long maxBytes) {
        if (bytes > maxBytes) {
            throw new GatewayException(tooLarge(maxBytes, Expected.JSON.limit));
        }
        take(owner, bytes, BODY);
    }

    /**
     * Takes memory for the tree of a body ({@link dev.sluice.protocol.json.TreeSize}).
     *
     * @throws GatewayException TOO_LARGE or UNAVAILABLE for want of memory
     */
    public static void reserveTree(Owner owner, long bytes) {
        take(owner, bytes, "reading the values of a request body");
    }

    private static void take(Owner owner, long bytes, String what) {
        if (bytes > UNCOUNTED_BYTES && !owner.memory().take(bytes)) {
            throw new GatewayException(noMemory(owner.memory(), bytes, what));
        }
    }

    /** @param setting that has the maximum size; null for a fixed one */
    public static GatewayError tooLarge(long maxBytes, String setting) {
        return GatewayError.of(
                Kind.TOO_LARGE,
                "request body too large (limit: " + maxBytes + " bytes" + (setting == null ? "" : ", " + setting)
                        + ")");
    }

    private Future<ByteSlice> read() {
        if (announced > maxBytes) {
            fail(tooLarge(maxBytes, expected.limit));
            return whole.future();
        }
        if (announced == 0) {
            completeEmpty();
            PausedRequest.resume(request);
            return whole.future();
        }
        if (request.isEnded()) {
            fail(cutShort());
            return whole.future();
        }
        // An announced body gets its memory before the first byte is read, or is refused: of many large bodies at once,
        // some are then served whole instead of all being refused halfway.
        GatewayError refusal = reserve(announced);
        if (refusal != null) {
            fail(refusal);
            return whole.future();
        }
        request.handler(this::take).endHandler(end -> finish()).exceptionHandler(this::failed);
        watch = watchdog.watch(limit -> expire());
        watch.phase(TimeLimit.BODY, timeoutMillis);
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
        request.resume();
        return whole.future();
    }

    /** The announced length, 0 for none by the rules of HTTP/1, -1 for unknown. */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            return Long.parseLong(length);
        }
        boolean mayCome =
                request.version() == HttpVersion.HTTP_2 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        return mayCome ? -1 : 0;
    }

    private void take(Buffer piece) {
        if (settled) {
            return;
        }
        int size = piece.length();
        if (size > maxBytes - length) {
            settle();
            fail(tooLarge(maxBytes, expected.limit));
            return;
        }
        GatewayError refusal = makeRoom(length + size);
        if (refusal != null) {
            settle();
            fail(refusal);
            return;
        }
        piece.getBytes(body, length);
        length += size;
    }

    /** @return the refusal, or null */
    private GatewayError makeRoom(int needed) {
        if (body != null && needed <= body.length) {
            return null;
        }
        int size = Math.max(needed, body == null ? firstSize() : nextSize());
        GatewayError refusal = reserve(size);
        if (refusal == null) {
            body = body == null ? new byte[size] : Arrays.copyOf(body, size);
        }
        return refusal;
    }

    private int nextSize() {
        return (int) (announced > 0 ? announced : Math.min(maxBytes, 2L * body.length));
    }

    /**
     * Takes what is missing to so many bytes from the memory of the process.
     *
     * @return the refusal, or null
     */
    private GatewayError reserve(long bytes) {
        if (bytes <= reserved || bytes <= UNCOUNTED_BYTES) {
            return null;
        }
        FairBudget.Lease memory = owner.memory();
        if (memory.take(bytes - reserved)) {
            reserved = bytes;
            return null;
        }
        return noMemory(memory, bytes, BODY);
    }

    /** @param what for */
    private static GatewayError noMemory(FairBudget.Lease memory, long bytes, String what) {
        return bytes > memory.largest() ? tooLargeForMemory(what, bytes, memory.largest()) : memoryFull(what, bytes);
    }

    private int firstSize() {
        if (announced < 0) {
            return (int) Math.min(UNANNOUNCED_BYTES, maxBytes);
        }
        return (int) (announced <= TRUSTED_BYTES ? announced : announced / PROOF_FRACTION);
    }

    private void finish() {
        if (settled) {
            return;
        }
        settle();
        if (length == 0) {
            completeEmpty();
        } else {
            whole.complete(new ByteSlice(body, 0, length));
        }
    }

    private void expire() {
        if (settled) {
            return;
        }
        settle();
        fail(GatewayError.of(
                Kind.REQUEST_TIMEOUT,
                "request body not complete within " + timeoutMillis + " ms (server.timeouts.body): " + length
                        + " bytes arrived"));
    }

    private void failed(Throwable cause) {
        if (settled) {
            return;
        }
        settle();
        if (cause instanceof GatewayException malformed) {
            fail(malformed.error());
            return;
        }
        boolean gone = cause instanceof HttpClosedException || cause instanceof StreamResetException;
        fail(gone ? cutShort() : GatewayError.invalid("malformed chunked request body", null, "bad_body"));
    }

    private static GatewayError cutShort() {
        return GatewayError.invalid("request body cut short by the client", null, "bad_body");
    }

    private void settle() {
        settled = true;
        watch.release();
    }

    private void fail(GatewayError error) {
        body = null;
        whole.fail(new GatewayException(error));
    }

    private static GatewayError tooLargeForMemory(String what, long bytes, long largest) {
        return GatewayError.of(
                Kind.TOO_LARGE,
                what + " takes " + bytes + " bytes, too many for the memory of this instance (limit: " + largest
                        + " bytes, by server.max_buffered)");
    }

    private static GatewayError memoryFull(String what, long bytes) {
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "no memory is left for " + what + " of " + bytes + " bytes: this caller, or all callers"
                                + " together, have too many bytes in flight (limit: server.max_buffered); retry when"
                                + " other requests have finished")
                .withCode(FailureCode.MEMORY_FULL)
                .withRetryAfter(FULL_RETRY_MILLIS);
    }

    private void completeEmpty() {
        if (expected.expected == null) {
            whole.complete(ByteSlice.EMPTY);
        } else {
            fail(GatewayError.invalid(
                    "request body is empty (expected: " + expected.expected + ")", null, "empty_body"));
        }
    }
}
