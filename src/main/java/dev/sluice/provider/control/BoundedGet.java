package dev.sluice.provider.control;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.stream.Buffers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * A GET whose response is limited in bytes and in total time. A {@code WebClient} limits neither: its timeout restarts
 * with every chunk.
 */
final class BoundedGet {

    private final Vertx vertx;
    private final int maxBytes;
    private final Promise<Response> done = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private HttpClientRequest request;

    private BoundedGet(Vertx vertx, int maxBytes) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
    }

    /** @param etag of the response, or null */
    record Response(int status, String etag, ByteSlice body) {}

    /** Fails with {@code UPSTREAM} when the response is too large or too late. */
    static Future<Response> get(
            Vertx vertx, UpstreamClient upstream, String path, List<String> headers, long millis, int maxBytes) {
        BoundedGet call = new BoundedGet(vertx, maxBytes);
        call.send(upstream, path, headers, millis);
        return call.done.future();
    }

    private void send(UpstreamClient upstream, String path, List<String> headers, long millis) {
        long timer = vertx.setTimer(millis, id -> fail("sent no whole response within " + millis + " ms"));
        done.future().onComplete(any -> vertx.cancelTimer(timer));
        upstream.request(HttpMethod.GET, path)
                .compose(opened -> {
                    request = opened;
                    upstream.firstUse(opened.connection());
                    if (done.future().isComplete()) {
                        UpstreamClient.abort(opened, true);
                        return Future.failedFuture("too late");
                    }
                    for (int i = 0; i < headers.size(); i += 2) {
                        opened.putHeader(headers.get(i), headers.get(i + 1));
                    }
                    return opened.send();
                })
                .onSuccess(this::collect)
                .onFailure(done::tryFail);
    }

    private void collect(HttpClientResponse response) {
        response.exceptionHandler(done::tryFail);
        response.handler(chunk -> {
            if (body.length() + chunk.length() > maxBytes) {
                fail("sent more than " + maxBytes + " bytes");
            } else if (!done.future().isComplete()) {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(v ->
                done.tryComplete(new Response(response.statusCode(), response.getHeader("etag"), Buffers.slice(body))));
    }

    private void fail(String why) {
        if (done.tryFail(new GatewayException(GatewayError.of(GatewayError.Kind.UPSTREAM, why))) && request != null) {
            UpstreamClient.abort(request, true);
        }
    }
}
