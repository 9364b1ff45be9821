package dev.sluice.stream;

import dev.sluice.model.ByteSlice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Function;

/**
 * A GET whose response is limited in bytes and in total time, the wait for a connection included. The clients of Vert.x
 * limit neither: their timeouts restart with every chunk.
 *
 * <p>Confined to the event loop of the request.
 */
public final class BoundedGet {

    private final int maxBytes;
    private final Function<HttpClientResponse, Throwable> headCheck;
    private final Promise<Response> done = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private HttpClientRequest request;

    private BoundedGet(int maxBytes, Function<HttpClientResponse, Throwable> headCheck) {
        this.maxBytes = maxBytes;
        this.headCheck = headCheck;
    }

    /** A complete response. */
    public record Response(HttpClientResponse head, ByteSlice body) {}

    /** A response exceeded one of the limits. The message is a predicate, such as {@code sent more than 10 bytes}. */
    public static final class LimitExceeded extends Exception {

        private static final long serialVersionUID = 1L;

        private LimitExceeded(String message) {
            super(message, null, false, false);
        }
    }

    /** As the method below, for any status and any headers. */
    public static Future<Response> send(Vertx vertx, Future<HttpClientRequest> opened, long maxMillis, int maxBytes) {
        return send(vertx, opened, maxMillis, maxBytes, head -> null);
    }

    /**
     * Sends a request and collects its response. Fails with {@link LimitExceeded}, with the failure that the head check
     * returned, or with that of the network. A request that fails is reset.
     *
     * @param opened the request with its headers, as soon as it has a connection
     * @param headCheck returns the failure for a response whose body is not to be read, else null
     */
    public static Future<Response> send(
            Vertx vertx,
            Future<HttpClientRequest> opened,
            long maxMillis,
            int maxBytes,
            Function<HttpClientResponse, Throwable> headCheck) {
        BoundedGet call = new BoundedGet(maxBytes, headCheck);
        long timer = vertx.setTimer(
                maxMillis, id -> call.fail(new LimitExceeded("sent no complete response within " + maxMillis + " ms")));
        opened.onComplete(call::send, call::fail);
        return call.done.future().onComplete(any -> vertx.cancelTimer(timer));
    }

    private void send(HttpClientRequest ready) {
        request = ready;
        if (done.future().isComplete()) {
            ready.reset();
            return;
        }
        ready.send().onComplete(this::read, this::fail);
    }

    private void read(HttpClientResponse head) {
        head.exceptionHandler(this::fail);
        Throwable refusal = headCheck.apply(head);
        if (refusal != null) {
            fail(refusal);
            return;
        }
        head.handler(this::collect).endHandler(end -> done.tryComplete(new Response(head, Buffers.slice(body))));
    }

    private void collect(Buffer chunk) {
        if (body.length() + chunk.length() > maxBytes) {
            fail(new LimitExceeded("sent more than " + maxBytes + " bytes"));
        } else if (!done.future().isComplete()) {
            body.appendBuffer(chunk);
        }
    }

    private void fail(Throwable failure) {
        if (done.tryFail(failure) && request != null) {
            request.reset();
        }
    }
}
