package dev.sluice.gateway;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.function.BiConsumer;

/** An upstream whose handler receives each request with its JSON body. */
final class JsonUpstream implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    JsonUpstream(BiConsumer<HttpServerRequest, JsonObject> speak) {
        server = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> speak.accept(request, body.toJsonObject())))
                .listen(0, "127.0.0.1"));
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    @Override
    public void close() {
        RunningSluice.await(vertx.close());
    }
}
