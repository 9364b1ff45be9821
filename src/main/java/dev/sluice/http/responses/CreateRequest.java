package dev.sluice.http.responses;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A {@code response.create} event as the HTTP request that it stands for: a {@code POST} with the headers of the
 * connection's handshake. So it takes the same way through the router as any request.
 */
final class CreateRequest extends HttpServerRequestWrapper {

    /** Of the handshake, and of one request: an id or a count of retries that each event would repeat. */
    private static final Set<String> NOT_REPEATED = Set.of(
            "connection",
            "upgrade",
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "expect",
            "x-request-id",
            "idempotency-key",
            "x-stainless-retry-count");

    private static final String SOCKET_PREFIX = "sec-websocket-";
    private static final String BETA = "openai-beta";
    private static final String SOCKET_BETA = "responses_websockets=";

    private final MultiMap headers;
    private final HttpServerResponse response;
    private final int length;
    private Buffer body;
    private Handler<Buffer> handler;
    private Handler<Void> endHandler;
    private boolean ended;

    /** @param handshake of the connection */
    CreateRequest(HttpServerRequest handshake, MultiMap headers, Buffer body, CreateResponse response) {
        super((HttpServerRequestInternal) handshake);
        this.headers = HttpHeaders.headers().addAll(headers);
        this.body = body;
        this.length = body.length();
        this.headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
        this.response = response;
    }

    /** The headers that all requests of a connection have. */
    static MultiMap headers(HttpServerRequest handshake) {
        MultiMap repeated = HttpHeaders.headers();
        for (Map.Entry<String, String> header : handshake.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            String value = name.equals(BETA) ? otherBetas(header.getValue()) : header.getValue();
            if (!NOT_REPEATED.contains(name) && !name.startsWith(SOCKET_PREFIX) && !value.isEmpty()) {
                repeated.add(header.getKey(), value);
            }
        }
        return repeated.set(HttpHeaders.CONTENT_TYPE, "application/json");
    }

    /** Without the one that announces this transport. */
    private static String otherBetas(String line) {
        return Arrays.stream(line.split(",", -1))
                .map(String::strip)
                .filter(beta -> !beta.startsWith(SOCKET_BETA))
                .collect(Collectors.joining(", "));
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public HttpServerResponse response() {
        return response;
    }

    @Override
    public long bytesRead() {
        return length;
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    @Override
    public HttpServerRequest handler(Handler<Buffer> handler) {
        this.handler = handler;
        return this;
    }

    @Override
    public HttpServerRequest endHandler(Handler<Void> handler) {
        this.endHandler = handler;
        return this;
    }

    @Override
    public HttpServerRequest exceptionHandler(Handler<Throwable> handler) {
        return this; // the body is there
    }

    @Override
    public HttpServerRequest pause() {
        return this;
    }

    @Override
    public HttpServerRequest fetch(long amount) {
        return resume();
    }

    /** Delivers the body, to nothing if there is no handler. */
    @Override
    public HttpServerRequest resume() {
        if (!ended) {
            ended = true;
            Buffer whole = body;
            body = null;
            if (handler != null) {
                handler.handle(whole);
            }
            if (endHandler != null) {
                endHandler.handle(null);
            }
        }
        return this;
    }

    @Override
    public Future<Buffer> body() {
        return Future.failedFuture(new UnsupportedOperationException("read by handlers"));
    }

    @Override
    public Future<Void> end() {
        return Future.failedFuture(new UnsupportedOperationException("read by handlers"));
    }

    @Override
    public Future<ServerWebSocket> toWebSocket() {
        return Future.failedFuture(new IllegalStateException("a WebSocket already"));
    }
}
