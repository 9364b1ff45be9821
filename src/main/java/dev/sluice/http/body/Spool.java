package dev.sluice.http.body;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.stream.Buffers;
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
import java.util.function.Consumer;

/**
 * A request body in a temporary file. An upload must be received whole before its model is known, and must be sent
 * again if a target fails; only one read of it is in memory at a time.
 */
public final class Spool {

    private final HttpServerRequest request;
    private final long maxBytes;
    private final long idleMillis;
    private final Consumer<ByteSlice> observer;
    private final Vertx vertx;
    private final Promise<Spool> whole;
    private Path path;
    private AsyncFile file;
    private long length;
    private long timer;
    private long lastReceivedNanos;
    private boolean settled;

    private Spool(HttpServerRequest request, long maxBytes, long idleMillis, Consumer<ByteSlice> observer) {
        ContextInternal context = ((HttpServerRequestInternal) request).context();
        this.request = request;
        this.maxBytes = maxBytes;
        this.idleMillis = idleMillis;
        this.observer = observer;
        this.vertx = context.owner();
        this.whole = context.promise();
    }

    /**
     * Reads the body. Must be called on the request's context; pauses the request while the disk is behind. The caller
     * must {@link #delete} the file; after a failure it is deleted already.
     *
     * @param maxBytes maximum size
     * @param idleMillis maximum time without data
     * @param observer receives every piece; if it throws a {@link GatewayException}, the body is refused
     * @return the spool, or a failure with a {@link GatewayException}: TOO_LARGE, REQUEST_TIMEOUT, INVALID_REQUEST
     */
    public static Future<Spool> read(
            HttpServerRequest request, long maxBytes, long idleMillis, Consumer<ByteSlice> observer) {
        return new Spool(request, maxBytes, idleMillis, observer).read();
    }

    public Path path() {
        return path;
    }

    public long length() {
        return length;
    }

    /** Deletes the file, if there is one. */
    public void delete() {
        if (path != null) {
            vertx.fileSystem().delete(path.toString()).onFailure(gone -> {});
        }
    }

    private Future<Spool> read() {
        request.pause();
        lastReceivedNanos = System.nanoTime();
        request.handler(this::take).endHandler(end -> finish()).exceptionHandler(this::failed);
        timer = vertx.setPeriodic(Math.max(1, idleMillis / 4), tick -> checkIdle());
        vertx.fileSystem()
                .createTempFile("sluice-upload-", ".tmp", "rw-------")
                .compose(created -> {
                    path = Path.of(created);
                    return vertx.fileSystem().open(created, new OpenOptions().setTruncateExisting(true));
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
        file.drainHandler(drained -> request.resume());
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private void take(Buffer piece) {
        if (settled) {
            return;
        }
        lastReceivedNanos = System.nanoTime();
        length += piece.length();
        if (length > maxBytes) {
            fail(GatewayError.of(
                    Kind.TOO_LARGE, "upload too large (limit: " + maxBytes + " bytes, server.max_upload)"));
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

    /** Periodic, because a timer for each piece would cost more. */
    private void checkIdle() {
        long idle = (System.nanoTime() - lastReceivedNanos) / 1_000_000;
        if (idle >= idleMillis) {
            fail(GatewayError.of(
                    Kind.REQUEST_TIMEOUT,
                    "upload stalled: no data for " + idle + " ms (server.timeouts.body), " + length
                            + " bytes arrived"));
        }
    }

    private void failed(Throwable cause) {
        fail(GatewayError.invalid("upload cut short by the client", null, "bad_body"));
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
