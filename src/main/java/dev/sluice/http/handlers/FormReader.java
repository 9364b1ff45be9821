package dev.sluice.http.handlers;

import dev.sluice.config.ServerConfig;
import dev.sluice.http.body.BodyReader;
import dev.sluice.http.body.Spool;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.Upload;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.media.Multipart;
import dev.sluice.protocol.multipart.MultipartScanner;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** The reader of multipart forms: small ones in memory, others into a temporary file. */
final class FormReader {

    /** In bytes. A larger form is not rewritten as JSON, which takes several times its memory. */
    private static final int SMALL_FORM = 4 * 1024 * 1024;

    private final ListenerContext listener;
    private final WorkerPool workers;
    private final Surface surface;

    FormReader(ListenerContext listener, WorkerPool workers, Surface surface) {
        this.listener = listener;
        this.workers = workers;
        this.surface = surface;
    }

    /** Whether the request is to be read as a form; otherwise it must be JSON. */
    boolean reads(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return Protocols.requiresForm(surface) || type != null && type.startsWith("multipart/");
    }

    /**
     * SDKs send videos and image edits as forms only. A small form is rewritten as JSON, which more providers accept.
     */
    Future<ClientRequest> read(HttpServerRequest request, Exchange exchange) {
        ServerConfig server = exchange.snapshot().config().server();
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean small = length != null && Long.parseLong(length) <= SMALL_FORM;
        if (surface != Surface.VIDEOS && surface != Surface.IMAGE_EDITS || !small) {
            return spool(request, server, exchange);
        }
        Multipart.boundary(type);
        return BodyReader.readForm(
                        request,
                        Math.min(SMALL_FORM, server.maxUpload().bytes()),
                        server.timeouts().body().toMillis(),
                        listener.bodyWatchdog(),
                        exchange)
                .compose(body -> body.length() > WorkerPool.INLINE_BYTES
                        ? workers.admit(() -> parse(body, type))
                        : Future.succeededFuture(parse(body, type)));
    }

    private ClientRequest parse(ByteSlice body, String type) {
        ByteSlice json = Multipart.asJson(body, type);
        return json == null ? Multipart.read(surface, body, type) : Protocols.read(surface, json);
    }

    static Spool.Limits uploadLimits(ServerConfig server) {
        return new Spool.Limits(
                server.maxUpload().bytes(),
                server.timeouts().body(),
                server.timeouts().upload());
    }

    /** The model's name may follow the files, so the whole form is received before the plan is made. */
    private Future<ClientRequest> spool(HttpServerRequest request, ServerConfig server, Exchange exchange) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        MultipartScanner scanner = Multipart.scanner(type);
        return Spool.read(
                        request,
                        uploadLimits(server),
                        listener.uploads(),
                        exchange.context().principal.shareName(),
                        scanner::feed)
                .onSuccess(exchange::deleteAtEnd)
                .map(spool -> {
                    scanner.finish();
                    Multipart.stream(scanner.field("stream"));
                    String name = Multipart.model(surface, scanner.field("model"));
                    return ClientRequest.form(
                            surface,
                            name,
                            type,
                            new Upload(spool.path(), spool.length(), scanner.parts(), scanner.values()));
                });
    }
}
