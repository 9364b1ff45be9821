package dev.sluice.provider.upstream;

import dev.sluice.protocol.request.UpstreamUpload;
import dev.sluice.protocol.request.UpstreamUpload.Replacement;
import dev.sluice.stream.Buffers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;

/** Sends a request body from a file, with its spans replaced, at the speed of the provider. */
public final class UploadSender {

    private final Vertx vertx;
    private final HttpClientRequest request;
    private final UpstreamUpload upload;

    public UploadSender(Vertx vertx, HttpClientRequest request, UpstreamUpload upload) {
        this.vertx = vertx;
        this.request = request;
        this.upload = upload;
    }

    public Future<Void> send() {
        request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(upload.length()));
        return vertx.fileSystem()
                .open(
                        upload.upload().file().toString(),
                        new OpenOptions().setRead(true).setWrite(false))
                .compose(file -> send(file, 0, 0).compose(v -> request.end()).eventually(file::close));
    }

    /** Sends the client's bytes from {@code from} on, and the replacements from {@code next} on. */
    private Future<Void> send(AsyncFile file, long from, int next) {
        if (next == upload.replacements().size()) {
            return part(file, from, upload.upload().length());
        }
        Replacement replacement = upload.replacements().get(next);
        return part(file, from, replacement.start())
                .compose(v -> replacement.bytes().isEmpty()
                        ? Future.succeededFuture()
                        : request.write(Buffers.buffer(replacement.bytes())))
                .compose(v -> send(file, replacement.end(), next + 1));
    }

    /** File and request belong to the same context, so a pipe is safe here. */
    private Future<Void> part(AsyncFile file, long from, long to) {
        if (from == to) {
            return Future.succeededFuture();
        }
        file.setReadPos(from).setReadLength(to - from);
        return file.pipe().endOnComplete(false).to(request);
    }
}
