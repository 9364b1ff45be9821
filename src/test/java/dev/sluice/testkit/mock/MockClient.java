package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** An HTTP client for the stand-ins' own tests. */
final class MockClient {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;
    private final String[] headers;

    /** @param headers alternating names and values, sent with every request */
    MockClient(String base, String... headers) {
        this.base = base;
        this.headers = headers;
    }

    record Response(int status, String body, HttpResponse<String> raw) {

        JsonObject json() {
            return new JsonObject(body);
        }

        /** The {@code data:} of every frame but {@code [DONE]}. */
        List<JsonObject> events() {
            return body.lines()
                    .filter(line -> line.startsWith("data:") && !line.endsWith("[DONE]"))
                    .map(line -> new JsonObject(line.substring(5)))
                    .toList();
        }

        String header(String name) {
            return raw.headers().firstValue(name).orElse(null);
        }
    }

    Response post(String path, JsonObject body) {
        return send(request(path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    Response get(String path) {
        return send(request(path));
    }

    Response send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Response(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(10));
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** A chat body with one user message. */
    static JsonObject chat(String model, String text) {
        return Json.obj("model", model, "messages", Json.arr(user(text)));
    }

    static JsonObject user(Object content) {
        return Json.obj("role", "user", "content", content);
    }

    /** A tool in the chat format. */
    static JsonObject tool(String name) {
        JsonObject schema = Json.obj("type", "object", "properties", new JsonObject());
        return Json.obj("type", "function", "function", Json.obj("name", name, "parameters", schema));
    }

    /** An assistant message that calls one tool, in the chat format. */
    static JsonObject assistantCalling(String id, String name) {
        JsonObject function = Json.obj("name", name, "arguments", "{}");
        JsonObject call = Json.obj("id", id, "type", "function", "function", function);
        return Json.obj("role", "assistant", "content", null, "tool_calls", Json.arr(call));
    }

    static JsonObject result(String id, String content) {
        return Json.obj("role", "tool", "tool_call_id", id, "content", content);
    }
}
