package dev.sluice.testkit.mock;

import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * OpenAI's realtime socket with an echo: sends {@code session.created}, takes a session's update and items, responds to
 * {@code response.create} with the last item's text, sends binary frames back, and replies to unknown events with an
 * error that keeps the socket open.
 */
final class OpenAiRealtime {

    private final ServerWebSocket socket;
    private final AtomicInteger events = new AtomicInteger();
    private String lastText = "";

    private OpenAiRealtime(ServerWebSocket socket) {
        this.socket = socket;
    }

    /** @return whether path, model and key are as they must be */
    static boolean opened(ServerWebSocket socket, String key) {
        boolean asked = socket.path().equals("/v1/realtime")
                && String.valueOf(socket.query()).contains("model=")
                && ("Bearer " + key).equals(socket.headers().get("authorization"));
        if (asked) {
            OpenAiRealtime session = new OpenAiRealtime(socket);
            socket.textMessageHandler(session::heard);
            socket.binaryMessageHandler(socket::writeBinaryMessage);
            session.say("session.created", Json.obj("session", Json.obj("id", "sess_mock1", "type", "realtime")));
        }
        return asked;
    }

    private void heard(String text) {
        JsonObject event = new JsonObject(text);
        String type = event.getString("type", "");
        switch (type) {
            case "session.update" -> say("session.updated", Json.obj("session", event.getValue("session")));
            case "conversation.item.create" -> {
                JsonObject item = Json.in(event, "item");
                lastText = ChatRequestValidator.text(item.getValue("content"));
                say("conversation.item.created", Json.obj("item", item));
            }
            case "response.create" -> respond();
            case "input_audio_buffer.append" -> {}
            default -> {
                JsonObject error = Json.obj(
                        "type", "invalid_request_error",
                        "code", "invalid_value",
                        "message", "Invalid value: '" + type + "'.",
                        "param", "type",
                        "event_id", event.getValue("event_id"));
                say("error", Json.obj("error", error));
            }
        }
    }

    private void respond() {
        if (lastText.equals("close")) {
            socket.close((short) 1011, "as asked for");
            return;
        }
        say("response.created", Json.obj("response", response().put("status", "in_progress")));
        List<String> pieces = Script.pieces("echo: " + lastText);
        pieces.forEach(
                piece -> say("response.output_text.delta", Json.obj("response_id", "resp_mock1", "delta", piece)));
        JsonObject usage = Json.obj("total_tokens", 30, "input_tokens", 20, "output_tokens", 10);
        JsonObject done = response().put("status", "completed").put("usage", usage);
        say("response.done", Json.obj("response", done));
    }

    private static JsonObject response() {
        return Json.obj("id", "resp_mock1", "object", "realtime.response");
    }

    private void say(String type, JsonObject fields) {
        JsonObject event = Json.obj("type", type, "event_id", "event_" + events.incrementAndGet());
        socket.writeTextMessage(event.mergeIn(fields).encode());
    }
}
