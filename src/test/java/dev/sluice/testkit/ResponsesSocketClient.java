package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the Responses API over a WebSocket, which keeps the events it has received. */
public final class ResponsesSocketClient {

    private static final int MAX_BYTES = 16 << 20;

    private final BlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();
    /** Vert.x closes the sockets of a client that is garbage. */
    @SuppressWarnings("unused")
    private final WebSocketClient client;

    private final WebSocket socket;

    private ResponsesSocketClient(WebSocketClient client, WebSocket socket) {
        this.client = client;
        this.socket = socket;
        socket.textMessageHandler(text -> events.add(new JsonObject(text)));
        socket.exceptionHandler(failure -> {});
    }

    /** @param authorization the header, or null */
    public static ResponsesSocketClient connect(Vertx vertx, int port, String authorization) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/v1/responses")
                .addHeader("openai-beta", "responses_websockets=2026-02-06");
        if (authorization != null) {
            options.addHeader("authorization", authorization);
        }
        WebSocketClient client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(MAX_BYTES).setMaxMessageSize(MAX_BYTES));
        WebSocket socket = RunningSluice.await(client.connect(options).map(open -> {
            open.pause();
            return open;
        }));
        ResponsesSocketClient connected = new ResponsesSocketClient(client, socket);
        socket.resume();
        return connected;
    }

    /** An event that starts a response, with a tool {@code weather} and reasoning. */
    public static JsonObject createEvent(String model, String text, String previous) {
        JsonObject weather = new JsonObject()
                .put("type", "function")
                .put("name", "weather")
                .put(
                        "parameters",
                        new JsonObject()
                                .put("type", "object")
                                .put(
                                        "properties",
                                        new JsonObject().put("city", new JsonObject().put("type", "string"))));
        JsonObject event = new JsonObject()
                .put("type", "response.create")
                .put("model", model)
                .put("store", false)
                .put("stream", true)
                .put("include", new JsonArray().add("reasoning.encrypted_content"))
                .put("reasoning", new JsonObject().put("effort", "low"))
                .put("tools", new JsonArray().add(weather))
                .put("previous_response_id", previous);
        return text == null ? event : event.put("input", text);
    }

    public static JsonObject lastItem(JsonObject response) {
        JsonArray output = response.getJsonArray("output");
        return output.getJsonObject(output.size() - 1);
    }

    public WebSocket socket() {
        return socket;
    }

    public void create(JsonObject event) {
        socket.writeTextMessage(event.encode());
    }

    public JsonObject next() {
        try {
            JsonObject event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("an event").isNotNull();
            return event;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** All events up to the end of a response. */
    public List<JsonObject> response() {
        List<JsonObject> all = new ArrayList<>();
        do {
            all.add(next());
        } while (!ends(all.getLast()));
        return all;
    }

    public JsonObject completed() {
        JsonObject last = response().getLast();
        assertThat(last.getString("type")).as(last.encode()).isEqualTo("response.completed");
        return last.getJsonObject("response");
    }

    public JsonObject error(int status, String code) {
        JsonObject event = next();
        assertThat(event.getString("type")).as(event.encode()).isEqualTo("error");
        assertThat(event.getInteger("status")).as(event.encode()).isEqualTo(status);
        assertThat(event.getJsonObject("error").getString("code"))
                .as(event.encode())
                .isEqualTo(code);
        return event;
    }

    public void isClosed(int code) {
        await().until(socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) code);
    }

    private static boolean ends(JsonObject event) {
        return switch (event.getString("type")) {
            case "response.completed", "response.incomplete", "response.failed" -> true;
            case "error" -> event.containsKey("status");
            default -> false;
        };
    }
}
