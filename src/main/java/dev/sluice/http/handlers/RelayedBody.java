package dev.sluice.http.handlers;

import dev.sluice.config.ServerConfig;
import dev.sluice.http.body.BodyReader;
import dev.sluice.http.body.Spool;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Upload;
import dev.sluice.stream.PausedRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * The body of a request that is relayed unchanged: empty, bytes in memory, or an upload in a file.
 *
 * @param upload null unless the body is a multipart form
 */
record RelayedBody(ByteSlice bytes, Upload upload) {

    private static final RelayedBody NONE = new RelayedBody(ByteSlice.EMPTY, null);

    /** Fails as {@link BodyReader} and {@link Spool} do. The exchange deletes the file at its end. */
    static Future<RelayedBody> of(ListenerContext listener, HttpServerRequest request, Exchange exchange) {
        if (absent(request)) {
            PausedRequest.resume(request);
            return Future.succeededFuture(NONE);
        }
        exchange.beginAdmission();
        ServerConfig server = exchange.snapshot().config().server();
        long timeoutMillis = server.timeouts().body().toMillis();
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.startsWith("multipart/")) {
            return Spool.read(
                            request,
                            FormReader.uploadLimits(server),
                            listener.uploads(),
                            exchange.context().principal.shareName(),
                            piece -> {})
                    .onSuccess(exchange::deleteAtEnd)
                    .map(spool -> new RelayedBody(ByteSlice.EMPTY, Upload.unread(spool.path(), spool.length())));
        }
        return BodyReader.readAny(request, server.maxBody().bytes(), timeoutMillis, listener.bodyWatchdog(), exchange)
                .map(bytes -> new RelayedBody(bytes, null));
    }

    boolean isEmpty() {
        return bytes.isEmpty() && upload == null;
    }

    private static boolean absent(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return false;
        }
        // Over HTTP/1, a request without an announced length has no body.
        return length == null ? request.isEnded() || request.version() != HttpVersion.HTTP_2 : length.equals("0");
    }
}
