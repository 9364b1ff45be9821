package dev.sluice.bench.proxy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.io.OutputStream;

/**
 * {@code BareVertx UPSTREAM-PORT THREADS}: a minimal reverse proxy on Vert.x, to measure the cost of the framework
 * alone.
 */
public final class BareVertx extends VerticleBase {

    private static final int POOL = 20_000;

    private final int upstream;
    private final int port;
    private HttpClient client;

    private BareVertx(int upstream, int port) {
        this.upstream = upstream;
        this.port = port;
    }

    public static void main(String[] args) throws IOException {
        int upstream = Integer.parseInt(args[0]);
        int threads = Integer.parseInt(args[1]);
        int port = FreePort.find();
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(threads).setPreferNativeTransport(true))
                .deployVerticle(() -> new BareVertx(upstream, port), new DeploymentOptions().setInstances(threads))
                .onComplete(
                        deployed -> System.out.println("ready on port " + port),
                        failure -> System.out.println(failure.getMessage()));
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(0);
    }

    @Override
    public Future<?> start() {
        client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(POOL));
        return vertx.createHttpServer().requestHandler(this::forward).listen(port, "127.0.0.1");
    }

    private void forward(HttpServerRequest request) {
        request.pause();
        client.request(request.method(), upstream, "127.0.0.1", request.uri())
                .compose(forwarded -> send(request, forwarded))
                .onSuccess(response -> respond(request, response))
                .onFailure(failure -> request.connection().close());
    }

    private static Future<HttpClientResponse> send(HttpServerRequest request, HttpClientRequest forwarded) {
        forwarded.headers().setAll(request.headers());
        return forwarded.send(request);
    }

    private static void respond(HttpServerRequest request, HttpClientResponse response) {
        request.response().setStatusCode(response.statusCode()).headers().setAll(response.headers());
        request.response()
                .send(response)
                .onFailure(failure -> request.connection().close());
    }
}
