package dev.sluice.http.responses;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.util.Set;

/**
 * The head of a response that is written to a WebSocket, and what such a response cannot do: files, trailers, cookies,
 * frames of HTTP/2.
 */
abstract class SocketResponse implements HttpServerResponse {

    private final MultiMap headers = HttpHeaders.headers();
    private int status = 200;
    private boolean chunked;

    @Override
    public int getStatusCode() {
        return status;
    }

    @Override
    public HttpServerResponse setStatusCode(int status) {
        this.status = status;
        return this;
    }

    @Override
    public String getStatusMessage() {
        return "";
    }

    @Override
    public HttpServerResponse setStatusMessage(String message) {
        return this;
    }

    @Override
    public HttpServerResponse setChunked(boolean chunked) {
        this.chunked = chunked;
        return this;
    }

    @Override
    public boolean isChunked() {
        return chunked;
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public HttpServerResponse putHeader(String name, String value) {
        headers.set(name, value);
        return this;
    }

    @Override
    public HttpServerResponse putHeader(CharSequence name, CharSequence value) {
        headers.set(name, value);
        return this;
    }

    @Override
    public HttpServerResponse putHeader(String name, Iterable<String> values) {
        headers.set(name, values);
        return this;
    }

    @Override
    public HttpServerResponse putHeader(CharSequence name, Iterable<CharSequence> values) {
        headers.set(name, values);
        return this;
    }

    @Override
    public Future<Void> write(String text) {
        return write(Buffer.buffer(text));
    }

    @Override
    public Future<Void> write(String text, String encoding) {
        return write(Buffer.buffer(text, encoding));
    }

    @Override
    public Future<Void> end(String text) {
        return end(Buffer.buffer(text));
    }

    @Override
    public Future<Void> end(String text, String encoding) {
        return end(Buffer.buffer(text, encoding));
    }

    @Override
    public HttpServerResponse setWriteQueueMaxSize(int size) {
        return this;
    }

    /** The client does not see a head. */
    @Override
    public HttpServerResponse headersEndHandler(Handler<Void> handler) {
        return this;
    }

    @Override
    public HttpServerResponse bodyEndHandler(Handler<Void> handler) {
        return this;
    }

    @Override
    public int streamId() {
        return -1;
    }

    @Override
    public Future<Void> writeHead() {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> writeContinue() {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> writeEarlyHints(MultiMap hints) {
        return Future.succeededFuture();
    }

    @Override
    public MultiMap trailers() {
        throw unsupported();
    }

    @Override
    public HttpServerResponse putTrailer(String name, String value) {
        throw unsupported();
    }

    @Override
    public HttpServerResponse putTrailer(CharSequence name, CharSequence value) {
        throw unsupported();
    }

    @Override
    public HttpServerResponse putTrailer(String name, Iterable<String> values) {
        throw unsupported();
    }

    @Override
    public HttpServerResponse putTrailer(CharSequence name, Iterable<CharSequence> values) {
        throw unsupported();
    }

    @Override
    public Future<Void> sendFile(String file, long offset, long length) {
        throw unsupported();
    }

    @Override
    public Future<Void> sendFile(FileChannel file, long offset, long length) {
        throw unsupported();
    }

    @Override
    public Future<Void> sendFile(RandomAccessFile file, long offset, long length) {
        throw unsupported();
    }

    @Override
    public Future<HttpServerResponse> push(HttpMethod method, HostAndPort authority, String path, MultiMap headers) {
        throw unsupported();
    }

    @Override
    public Future<Void> writeCustomFrame(int type, int flags, Buffer payload) {
        throw unsupported();
    }

    @Override
    public HttpServerResponse addCookie(Cookie cookie) {
        throw unsupported();
    }

    @Override
    public Cookie removeCookie(String name, boolean invalidate) {
        throw unsupported();
    }

    @Override
    public Set<Cookie> removeCookies(String name, boolean invalidate) {
        throw unsupported();
    }

    @Override
    public Cookie removeCookie(String name, String domain, String path, boolean invalidate) {
        throw unsupported();
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("not over a WebSocket");
    }
}
