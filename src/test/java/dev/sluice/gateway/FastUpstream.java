package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An upstream that streams numbered events as fast as flow control allows and counts its bytes. The model's name sets
 * how many, and how many bytes each: {@code 32x1024}. A non-streamed response has the same size.
 */
final class FastUpstream implements AutoCloseable {

    private static final String DONE = "data: [DONE]\n\n";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong written = new AtomicLong();
    private final AtomicInteger pauses = new AtomicInteger();
    private volatile int port;

    FastUpstream() {
        int shared = -1 - (int) (System.nanoTime() & 0xffff);
        RunningSluice.await(vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public io.vertx.core.Future<?> start() {
                        return vertx.createHttpServer()
                                .requestHandler(FastUpstream.this::respond)
                                .listen(shared, "127.0.0.1")
                                .onSuccess(server -> port = server.actualPort());
                    }
                },
                new DeploymentOptions().setInstances(2)));
    }

    String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /** Body bytes handed to the kernel or waiting for it. */
    long written() {
        return written.get();
    }

    /** How often it had to wait for its reader. */
    int pauses() {
        return pauses.get();
    }

    /** What a client must have got in the end. */
    static String stream(int events, int size) {
        StringBuilder all = new StringBuilder(events * size);
        for (int i = 0; i < events; i++) {
            all.append(event(i, size));
        }
        return all.append(DONE).toString();
    }

    static String event(int number, int size) {
        String head = "data:"
            + " {\"id\":\"t\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                + String.format("%08d", number);
        String tail = "\"},\"finish_reason\":null}]}\n\n";
        return head + "x".repeat(size - head.length() - tail.length()) + tail;
    }

    static String whole(int events, int size) {
        return "{\"id\":\"t\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + "y".repeat(events * size) + "\"},\"finish_reason\":\"stop\"}]}";
    }

    @Override
    public void close() {
        RunningSluice.await(vertx.close());
    }

    private void respond(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String[] size = body.toJsonObject().getString("model").split("x");
            int events = Integer.parseInt(size[0]);
            int bytes = Integer.parseInt(size[1]);
            if (body.toJsonObject().getBoolean("stream", false)) {
                request.response()
                        .putHeader("content-type", "text/event-stream")
                        .setChunked(true);
                writeEvents(request.response(), 0, events, bytes);
            } else {
                request.response().putHeader("content-type", "application/json").end(whole(events, bytes));
            }
        });
    }

    private void writeEvents(HttpServerResponse response, int from, int events, int size) {
        for (int i = from; i < events; i++) {
            if (response.closed()) {
                return;
            }
            if (response.writeQueueFull()) {
                int next = i;
                pauses.incrementAndGet();
                response.drainHandler(drained -> {
                    response.drainHandler(null);
                    writeEvents(response, next, events, size);
                });
                return;
            }
            Buffer event = Buffer.buffer(event(i, size).getBytes(UTF_8));
            response.write(event);
            written.addAndGet(event.length());
        }
        response.end(DONE);
    }
}
