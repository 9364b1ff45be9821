package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A scripted reply in the Messages format, whole or streamed. */
final class AnthropicMockResponse {

    static final String REDACTED = "cmVkYWN0ZWQtYnktdGhlLW1vY2s=";

    private final MockRequest parsed;
    private final Script.Reply reply;
    private final JsonObject body;
    private final boolean filtered;
    private final Sse sse = new Sse();

    AnthropicMockResponse(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
        this.parsed = parsed;
        this.reply = reply;
        this.body = body;
        this.filtered = filtered;
    }

    void to(MockExchange exchange) {
        if (parsed.stream) {
            exchange.stream(streamed());
        } else {
            exchange.respond(whole());
        }
    }

    private JsonObject whole() {
        JsonObject message = skeleton(usage(reply.tokens().output()));
        message.put("content", new JsonArray(blocks()));
        return message.mergeIn(stop());
    }

    private JsonObject skeleton(JsonObject usage) {
        return Json.obj(
                "id",
                "msg_mock1",
                "type",
                "message",
                "role",
                "assistant",
                "model",
                body.getString("model"),
                "content",
                new JsonArray(),
                "stop_reason",
                null,
                "stop_sequence",
                null,
                "usage",
                usage);
    }

    private JsonObject stop() {
        boolean refused = filtered || reply.finish() == Script.Finish.REFUSAL;
        String reason = switch (reply.finish()) {
            case TOOLS -> "tool_use";
            case LENGTH -> "max_tokens";
            case STOP_SEQUENCE -> "stop_sequence";
            default -> "end_turn";
        };
        JsonObject stop = Json.obj("stop_reason", refused ? "refusal" : reason, "stop_sequence", reply.stopped());
        if (refused) {
            JsonObject details = Json.obj("type", "refusal", "category", "cyber", "explanation", Script.REFUSED);
            stop.put("stop_details", details);
        }
        return stop;
    }

    /** Tokens read from and written to the cache are not included in {@code input_tokens}. */
    private JsonObject usage(int output) {
        Script.Tokens tokens = reply.tokens();
        return Json.obj(
                "input_tokens", tokens.prompt() - tokens.cached() - tokens.written(),
                "cache_creation_input_tokens", tokens.written(),
                "cache_read_input_tokens", tokens.cached(),
                "cache_creation",
                        Json.obj("ephemeral_5m_input_tokens", tokens.written(), "ephemeral_1h_input_tokens", 0),
                "output_tokens", output,
                "output_tokens_details", Json.obj("thinking_tokens", tokens.reasoning()),
                "service_tier", "standard");
    }

    private List<JsonObject> blocks() {
        List<JsonObject> blocks = new ArrayList<>();
        if (!reply.thought().isEmpty()) {
            blocks.add(Json.obj("type", "thinking", "thinking", thought(), "signature", Script.SIGNATURE));
        }
        if (!reply.thought().isEmpty() && parsed.lastText.contains("redact")) {
            blocks.add(Json.obj("type", "redacted_thinking", "data", REDACTED));
        }
        if (reply.calls().isEmpty()) {
            JsonObject text = Json.obj("type", "text", "text", reply.text());
            if (reply.cites()) {
                text.put("citations", Json.arr(citation()));
            }
            blocks.add(text);
        }
        for (Script.Call call : reply.calls()) {
            blocks.add(Json.obj(
                    "type",
                    "tool_use",
                    "id",
                    "toolu_" + (call.number() + 1),
                    "name",
                    call.name(),
                    "input",
                    call.arguments()));
        }
        return blocks;
    }

    /** Newer models return no thinking text unless the request asks for a summary. */
    private String thought() {
        String display = Json.in(body, "thinking").getString("display");
        boolean omitted = display == null
                ? AnthropicModelValidator.omitsThoughts(body.getString("model"))
                : display.equals("omitted");
        return omitted ? "" : reply.thought();
    }

    private static JsonObject citation() {
        return Json.obj(
                "type", "web_search_result_location",
                "url", Script.CITED_URL,
                "title", Script.CITED_TITLE,
                "encrypted_index", "bW9jaw==",
                "cited_text", "echo");
    }

    private Sse streamed() {
        emit("message_start", Json.obj("message", skeleton(usage(1))));
        List<JsonObject> blocks = blocks();
        for (int i = 0; i < blocks.size(); i++) {
            block(i, blocks.get(i));
            if (i == 0) {
                emit("ping", new JsonObject());
            }
        }
        emit(
                "message_delta",
                Json.obj("delta", stop(), "usage", usage(reply.tokens().output())));
        JsonObject error = Json.obj(
                "type", "error",
                "error", Json.obj("type", "overloaded_error", "message", "Overloaded"),
                "request_id", "req_mock1");
        sse.errorFrame("event: error\ndata: " + error.encode() + "\n\n").beginTerminator();
        emit("message_stop", new JsonObject());
        return sse;
    }

    private void block(int index, JsonObject block) {
        JsonObject shell = block.copy();
        shell.remove("citations");
        List<JsonObject> deltas = new ArrayList<>();
        switch (block.getString("type")) {
            case "thinking" -> {
                shell.put("thinking", "").put("signature", "");
                if (!thought().isEmpty()) {
                    Script.pieces(thought())
                            .forEach(piece -> deltas.add(Json.obj("type", "thinking_delta", "thinking", piece)));
                }
                deltas.add(Json.obj("type", "signature_delta", "signature", Script.SIGNATURE));
            }
            case "text" -> {
                shell.put("text", "");
                reply.pieces().forEach(piece -> deltas.add(Json.obj("type", "text_delta", "text", piece)));
                if (reply.cites()) {
                    deltas.add(Json.obj("type", "citations_delta", "citation", citation()));
                }
            }
            case "redacted_thinking" -> {}
            default -> {
                shell.put("input", new JsonObject());
                Script.Call call =
                        reply.calls().get(Integer.parseInt(block.getString("id").substring(6)) - 1);
                deltas.add(Json.obj("type", "input_json_delta", "partial_json", ""));
                Script.fragments(call)
                        .forEach(part -> deltas.add(Json.obj("type", "input_json_delta", "partial_json", part)));
            }
        }
        emit("content_block_start", Json.obj("index", index, "content_block", shell));
        deltas.forEach(delta -> emit("content_block_delta", Json.obj("index", index, "delta", delta)));
        emit("content_block_stop", Json.obj("index", index));
    }

    private void emit(String type, JsonObject fields) {
        sse.event(type, Json.obj("type", type).mergeIn(fields));
    }
}
