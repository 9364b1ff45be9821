package dev.sluice.http.body;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.PausedRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A request body in a temporary file. An upload must be received whole before its model is known, and must be sent
 * again if a target fails; only one read of it is in memory at a time.
 */
public final class Spool {

    /** Without a {@code content-length}, space is taken in steps of this size. */
    private static final long STEP_BYTES = 1 << 20;

    private static final long FULL_RETRY_MILLIS = 5_000;

    /**
     * The limits of one upload.
     *
     * @param maxBytes its size
     * @param idle the longest time without data
     * @param total the time to its end
     */
    public record Limits(long maxBytes, Duration idle, Duration total) {}

    private final HttpServerRequest request;
    private final Limits limits;
    private final UploadSpace space;
    private final FairBudget.Lease fileLease;
    private final FairBudget.Lease byteLease;
    private final Consumer<ByteSlice> observer;
    private final Vertx vertx;
    private final Promise<Spool> whole;
    private Path path;
    private AsyncFile file;
    private long length;
    /** Bytes taken from the space of all uploads. */
    private long reserved;

    private long timer;
    private long startedNanos;
    private long lastReceivedNanos;
    private boolean settled;

    private Spool(
            HttpServerRequest request, Limits limits, UploadSpace space, String caller, Consumer<ByteSlice> observer) {
        ContextInternal context = ((HttpServerRequestInternal) request).context();
        this.request = request;
        this.limits = limits;
        this.space = space;
        this.fileLease = space.files().lease(caller);
        this.byteLease = space.bytes().lease(caller);
        this.observer = observer;
        this.vertx = context.owner();
        this.whole = context.promise();
    }

    /**
     * Reads the body. Must be called on the request's context; pauses the request while the disk is behind. The caller
     * must {@link #delete} the file; after a failure it is deleted already.
     *
     * @param space for the files of all uploads
     * @param caller whose share of it is used; null for all of it
     * @param observer receives every piece; if it throws a {@link GatewayException}, the body is refused
     * @return the spool, or a failure with a {@link GatewayException}: TOO_LARGE, REQUEST_TIMEOUT, INVALID_REQUEST, or
     *     UNAVAILABLE for want of space
     */
    public static Future<Spool> read(
            HttpServerRequest request, Limits limits, UploadSpace space, String caller, Consumer<ByteSlice> observer) {
        return new Spool(request, limits, space, caller, observer).read();
    }

    public Path path() {
        return path;
    }

    public long length() {
        return length;
    }

    /** Deletes the file, if there is one, and returns its space. */
    public void delete() {
        Future<Void> deleted =
                path == null ? Future.succeededFuture() : vertx.fileSystem().delete(path.toString());
        deleted.onComplete(done -> {
            fileLease.close();
            byteLease.close();
        });
    }

    private Future<Spool> read() {
        GatewayError refusal = request.isEnded() ? cutShort() : reserve();
        if (refusal != null) {
            delete();
            whole.fail(new GatewayException(refusal));
            return whole.future();
        }
        request.pause();
        startedNanos = System.nanoTime();
        lastReceivedNanos = startedNanos;
        request.handler(this::take).endHandler(end -> finish()).exceptionHandler(this::failed);
        timer = vertx.setPeriodic(
                Math.max(1, Math.min(limits.idle().toMillis(), limits.total().toMillis()) / 4), tick -> checkTime());
        vertx.executeBlocking(space::newFile, false)
                .compose(created -> {
                    path = created;
                    return vertx.fileSystem().open(created.toString(), new OpenOptions().setTruncateExisting(true));
                })
                .onComplete(this::opened, failure -> fail(unwritable()));
        return whole.future().onFailure(failure -> delete());
    }

    private void opened(AsyncFile opened) {
        file = opened;
        if (settled) {
            file.close().onComplete(closed -> delete());
            return;
        }
        file.exceptionHandler(failure -> fail(unwritable()));
        file.drainHandler(drained -> PausedRequest.resume(request));
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
        PausedRequest.resume(request);
    }

    private void take(Buffer piece) {
        if (settled) {
            return;
        }
        lastReceivedNanos = System.nanoTime();
        length += piece.length();
        if (length > limits.maxBytes()) {
            fail(tooLarge(limits.maxBytes(), "server.max_upload"));
            return;
        }
        GatewayError full = reserveTo(length);
        if (full != null) {
            fail(full);
            return;
        }
        try {
            observer.accept(Buffers.slice(piece));
        } catch (GatewayException refusal) {
            fail(refusal.error());
            return;
        }
        file.write(piece);
        if (file.writeQueueFull()) {
            request.pause();
        }
    }

    private void finish() {
        if (!settled) {
            settled = true;
            vertx.cancelTimer(timer);
            file.close()
                    .onComplete(
                            closed -> whole.complete(this), failure -> whole.fail(new GatewayException(unwritable())));
        }
    }

    /** An announced upload gets its space before the first byte is read, or is refused. */
    private GatewayError reserve() {
        String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        long bytes = announced == null ? 0 : Long.parseLong(announced);
        if (bytes > limits.maxBytes()) {
            return tooLarge(limits.maxBytes(), "server.max_upload");
        }
        return fileLease.take(1) ? reserveTo(bytes) : full("server.max_uploads");
    }

    private GatewayError reserveTo(long bytes) {
        if (bytes <= reserved) {
            return null;
        }
        long missing = reserved == 0 ? bytes : Math.max(STEP_BYTES, bytes - reserved);
        if (byteLease.take(missing)) {
            reserved += missing;
            return null;
        }
        return bytes > byteLease.largest()
                ? tooLarge(byteLease.largest(), "server.max_upload_space")
                : full("server.max_upload_space");
    }

    private static GatewayError tooLarge(long most, String setting) {
        return GatewayError.of(Kind.TOO_LARGE, "upload too large (limit: " + most + " bytes, " + setting + ")");
    }

    private static GatewayError full(String setting) {
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "no room is left for an upload: this caller, or all callers together, have too many in progress"
                                + " (limit: " + setting + "); retry when others have finished")
                .withCode(FailureCode.UPLOADS_FULL)
                .withRetryAfter(FULL_RETRY_MILLIS);
    }

    /** Periodic, because a timer for each piece would cost more. */
    private void checkTime() {
        long now = System.nanoTime();
        long idle = (now - lastReceivedNanos) / 1_000_000;
        if (idle >= limits.idle().toMillis()) {
            fail(GatewayError.of(
                    Kind.REQUEST_TIMEOUT,
                    "upload stalled: no data for " + idle + " ms (server.timeouts.body), " + length
                            + " bytes arrived"));
        } else if (now - startedNanos >= limits.total().toNanos()) {
            fail(GatewayError.of(
                    Kind.REQUEST_TIMEOUT,
                    "upload not complete within " + limits.total().toMillis() + " ms (server.timeouts.upload), "
                            + length + " bytes arrived"));
        }
    }

    private void failed(Throwable cause) {
        fail(cause instanceof GatewayException malformed ? malformed.error() : cutShort());
    }

    private static GatewayError cutShort() {
        return GatewayError.invalid("upload cut short by the client", null, "bad_body");
    }

    private static GatewayError unwritable() {
        return GatewayError.of(Kind.INTERNAL, "the upload could not be written to a temporary file");
    }

    private void fail(GatewayError error) {
        if (!settled) {
            settled = true;
            vertx.cancelTimer(timer);
            Future<?> closed = file == null ? Future.succeededFuture() : file.close();
            closed.onComplete(done -> whole.fail(new GatewayException(error)));
        }
    }
}
