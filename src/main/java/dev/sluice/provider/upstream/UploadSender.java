package dev.sluice.provider.upstream;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Upload;
import dev.sluice.stream.Buffers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;

/** Sends a request body from a file, with the model's name replaced, at the speed of the provider. */
public final class UploadSender {

    private final Vertx vertx;
    private final HttpClientRequest request;
    private final Upload upload;
    private final ByteSlice model;

    public UploadSender(Vertx vertx, HttpClientRequest request, Upload upload, String model) {
        this.vertx = vertx;
        this.request = request;
        this.upload = upload;
        this.model = ByteSlice.of(model);
    }

    public Future<Void> send() {
        boolean replaces = upload.modelStart() >= 0;
        long length = replaces
                ? upload.length() - (upload.modelEnd() - upload.modelStart()) + model.length()
                : upload.length();
        request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
        return vertx.fileSystem()
                .open(upload.file().toString(), new OpenOptions().setRead(true).setWrite(false))
                .compose(file -> (replaces ? withModelReplaced(file) : part(file, 0, upload.length()))
                        .compose(v -> request.end())
                        .eventually(file::close));
    }

    private Future<Void> withModelReplaced(AsyncFile file) {
        return part(file, 0, upload.modelStart())
                .compose(v -> request.write(Buffers.buffer(model)))
                .compose(v -> part(file, upload.modelEnd(), upload.length()));
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
