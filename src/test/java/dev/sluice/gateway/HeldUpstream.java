package dev.sluice.gateway;

import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream that holds every request until the test responds. */
final class HeldUpstream implements AutoCloseable {

    private static final String ANSWER =
            "{\"id\":\"h\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"at"
                + " last\"},\"finish_reason\":\"stop\"}]}";

    private final Vertx vertx = Vertx.vertx();
    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger seen = new AtomicInteger();
    private final HttpServer server = RunningSluice.await(vertx.createHttpServer()
            .requestHandler(request -> {
                seen.incrementAndGet();
                request.body().onSuccess(body -> held.add(request));
            })
            .listen(0, "127.0.0.1"));

    String baseUrl() {
        return "http://127.0.0.1:" + server.actualPort() + "/v1";
    }

    int seen() {
        return seen.get();
    }

    void awaitHeld(int requests) {
        await().atMost(Duration.ofSeconds(10)).until(() -> held.size() == requests);
    }

    boolean holdsRequests() {
        return !held.isEmpty();
    }

    /** Responds to the request that has waited longest. */
    void respondNext(int status) {
        HttpServerRequest request = held.remove();
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(ANSWER);
    }

    @Override
    public void close() {
        RunningSluice.await(vertx.close());
    }
}
