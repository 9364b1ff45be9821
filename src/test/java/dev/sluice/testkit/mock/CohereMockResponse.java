package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A scripted reply in Cohere's chat format, whole or streamed. */
final class CohereMockResponse {

    private static final String PLAN = "I will look it up.";

    private final MockRequest parsed;
    private final Script.Reply reply;
    private final boolean filtered;
    private final Sse sse = new Sse();

    CohereMockResponse(MockRequest parsed, Script.Reply reply, boolean filtered) {
        this.parsed = parsed;
        this.reply = reply;
        this.filtered = filtered;
    }

    void to(MockExchange exchange) {
        if (parsed.stream) {
            exchange.stream(streamed());
        } else {
            exchange.respond(whole());
        }
    }

    private String finish() {
        if (filtered) {
            return "ERROR";
        }
        return switch (reply.finish()) {
            case TOOLS -> "TOOL_CALL";
            case LENGTH -> "MAX_TOKENS";
            case STOP_SEQUENCE -> "STOP_SEQUENCE";
            default -> "COMPLETE";
        };
    }

    /** Billed tokens are fewer than input tokens, as Cohere adds a preamble of its own. */
    private JsonObject usage() {
        Script.Tokens tokens = reply.tokens();
        return Json.obj(
                "billed_units", Json.obj("input_tokens", tokens.prompt() - 15, "output_tokens", tokens.output()),
                "tokens", Json.obj("input_tokens", tokens.prompt(), "output_tokens", tokens.output()),
                "cached_tokens", tokens.cached());
    }

    private JsonObject whole() {
        JsonObject message = Json.obj("role", "assistant");
        JsonArray content = new JsonArray();
        if (!reply.thought().isEmpty()) {
            content.add(Json.obj("type", "thinking", "thinking", reply.thought()));
        }
        if (reply.calls().isEmpty()) {
            content.add(Json.obj("type", "text", "text", reply.text()));
        } else {
            message.put("tool_plan", PLAN);
            message.put(
                    "tool_calls",
                    Json.arr(reply.calls().stream()
                            .map(call -> call(call, call.arguments().encode()))));
        }
        if (!content.isEmpty()) {
            message.put("content", content);
        }
        if (reply.cites()) {
            message.put("citations", Json.arr(citation()));
        }
        JsonObject whole = Json.obj("id", "co-mock1", "finish_reason", finish(), "message", message);
        if (parsed.logprobs) {
            whole.put("logprobs", Json.arr(logprobs(reply.text())));
        }
        return whole.put("usage", usage());
    }

    private static JsonObject call(Script.Call call, String arguments) {
        JsonObject function = Json.obj("name", call.name(), "arguments", arguments);
        return Json.obj("id", call.name() + "_" + (call.number() + 1), "type", "function", "function", function);
    }

    private static JsonObject logprobs(String text) {
        return Json.obj("text", text, "token_ids", Json.arr(1), "logprobs", Json.arr(-0.25));
    }

    private static JsonObject citation() {
        JsonObject document = Json.obj("id", "doc_0", "title", Script.CITED_TITLE, "url", Script.CITED_URL);
        JsonObject source = Json.obj("type", "document", "id", "doc_0", "document", document);
        return Json.obj("start", 0, "end", 4, "text", "echo", "type", "TEXT_CONTENT", "sources", Json.arr(source));
    }

    private Sse streamed() {
        JsonObject empty = Json.obj(
                "role", "assistant",
                "content", new JsonArray(),
                "tool_plan", "",
                "tool_calls", new JsonArray(),
                "citations", new JsonArray());
        emit("message-start", Json.obj("id", "co-mock1"), empty);
        int index = 0;
        if (!reply.thought().isEmpty()) {
            content(index++, "thinking", reply.thought());
        }
        if (reply.calls().isEmpty()) {
            content(index, "text", reply.text());
        } else {
            for (String piece : Script.pieces(PLAN)) {
                emit("tool-plan-delta", new JsonObject(), Json.obj("tool_plan", piece));
            }
        }
        reply.calls().forEach(this::call);
        if (reply.cites()) {
            emit("citation-start", Json.obj("index", 0), Json.obj("citations", citation()));
            emit("citation-end", Json.obj("index", 0));
        }
        sse.errorFrame("event: message-end\ndata: "
                + end(Json.obj("finish_reason", "ERROR", "error", "internal error, please retry"))
                        .encode()
                + "\n\n");
        sse.beginTerminator();
        JsonObject end = Json.obj("finish_reason", finish());
        if (filtered) {
            end.put("error", "output was blocked");
        }
        sse.event("message-end", end(end));
        return sse;
    }

    private JsonObject end(JsonObject delta) {
        return Json.obj("type", "message-end", "id", null, "delta", delta.put("usage", usage()));
    }

    private void content(int index, String kind, String text) {
        JsonObject at = Json.obj("index", index);
        emit("content-start", at, Json.obj("content", Json.obj("type", kind, kind, "")));
        for (String piece : Script.pieces(text)) {
            JsonObject message = Json.obj("content", Json.obj(kind, piece));
            JsonObject fields = at.copy().put("delta", Json.obj("message", message));
            emit(
                    "content-delta",
                    parsed.logprobs && kind.equals("text") ? fields.put("logprobs", logprobs(piece)) : fields);
        }
        emit("content-end", at);
    }

    /** In stream events a tool call is one object, not an array. */
    private void call(Script.Call call) {
        JsonObject at = Json.obj("index", call.number());
        emit("tool-call-start", at, Json.obj("tool_calls", call(call, "")));
        for (String part : Script.fragments(call)) {
            JsonObject function = Json.obj("function", Json.obj("arguments", part));
            emit("tool-call-delta", at, Json.obj("tool_calls", function));
        }
        emit("tool-call-end", at);
    }

    private void emit(String type, JsonObject at, JsonObject message) {
        emit(type, at.copy().put("delta", Json.obj("message", message)));
    }

    private void emit(String type, JsonObject fields) {
        sse.event(type, Json.obj("type", type).mergeIn(fields));
    }
}
