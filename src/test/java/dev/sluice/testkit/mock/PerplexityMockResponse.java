package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A scripted reply in the format of Perplexity's Agent API: a search first if requested, tool calls in one event. */
final class PerplexityMockResponse {

    private static final String QUERY = "mock search";

    private final MockRequest parsed;
    private final Script.Reply reply;
    private final JsonObject body;
    private final boolean filtered;
    private final boolean searches;
    private final Sse sse = new Sse();
    private int sequence;

    PerplexityMockResponse(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
        this.parsed = parsed;
        this.reply = reply;
        this.body = body;
        this.filtered = filtered;
        this.searches = PerplexityRequestValidator.searches(body);
    }

    void to(MockExchange exchange) {
        if (parsed.stream) {
            exchange.stream(streamed());
        } else {
            exchange.respond(response());
        }
    }

    private String status() {
        return filtered || reply.finish() == Script.Finish.LENGTH ? "incomplete" : "completed";
    }

    static JsonObject skeleton(String model, String status) {
        return Json.obj(
                "id",
                "resp_mock1",
                "object",
                "response",
                "created_at",
                ChatMockResponse.CREATED,
                "model",
                model,
                "status",
                status,
                "output",
                new JsonArray());
    }

    /** A response that failed comes under status 200. */
    static JsonObject failed(String model) {
        JsonObject error = Json.obj("message", "An internal error occurred.", "type", "internal_error", "code", 500);
        return skeleton(model, "failed").put("error", error);
    }

    private String model() {
        List<String> models = Json.strings(body.getValue("models", body.getValue("model")));
        return models.isEmpty() ? "openai/gpt-5.4" : models.get(0);
    }

    private JsonObject response() {
        JsonObject whole = skeleton(model(), status()).put("output", new JsonArray(items()));
        if (status().equals("incomplete")) {
            whole.put("incomplete_details", Json.obj("reason", filtered ? "content_filter" : "max_output_tokens"));
        }
        return whole.put("usage", usage());
    }

    private JsonObject usage() {
        Script.Tokens tokens = reply.tokens();
        JsonObject usage = Json.obj(
                "input_tokens", tokens.prompt(),
                "output_tokens", tokens.output(),
                "total_tokens", tokens.total(),
                "input_tokens_details",
                        Json.obj(
                                "cache_creation_input_tokens", tokens.written(),
                                "cache_read_input_tokens", tokens.cached()));
        if (searches) {
            usage.put("tool_calls_details", Json.obj("search_web", Json.obj("invocation", 1)));
        }
        return usage.put(
                "cost",
                Json.obj(
                        "currency",
                        "USD",
                        "input_cost",
                        0.00003,
                        "output_cost",
                        0.00001,
                        "tool_calls_cost",
                        searches ? 0.005 : 0,
                        "total_cost",
                        searches ? 0.00504 : 0.00004));
    }

    private static JsonArray results() {
        return Json.arr(Json.obj(
                "id", 1,
                "url", Script.CITED_URL,
                "title", Script.CITED_TITLE,
                "snippet", "a snippet",
                "date", "2026-11-01",
                "last_updated", "2026-11-02",
                "source", "web"));
    }

    private List<JsonObject> items() {
        List<JsonObject> items = new ArrayList<>();
        if (searches) {
            items.add(Json.obj("type", "search_results", "queries", Json.arr(QUERY), "results", results()));
        }
        if (reply.calls().isEmpty()) {
            JsonObject text = Json.obj("type", "output_text", "text", reply.text(), "annotations", new JsonArray());
            items.add(message("completed", Json.arr(text)));
        }
        for (Script.Call call : reply.calls()) {
            items.add(Json.obj(
                    "type",
                    "function_call",
                    "id",
                    "fc_" + (call.number() + 1),
                    "call_id",
                    "call_" + (call.number() + 1),
                    "name",
                    call.name(),
                    "arguments",
                    call.arguments().encode(),
                    "status",
                    "completed"));
        }
        return items;
    }

    private static JsonObject message(String status, JsonArray content) {
        return Json.obj("type", "message", "id", "msg_1", "role", "assistant", "status", status, "content", content);
    }

    private Sse streamed() {
        emit("response.created", "response", skeleton(model(), "in_progress"));
        sse.raw("\n");
        emit("response.in_progress", "response", skeleton(model(), "in_progress"));
        if (searches || !reply.thought().isEmpty()) {
            emit("response.reasoning.started", "thought", reply.thought());
        }
        if (searches) {
            emit("response.reasoning.search_queries", "queries", Json.arr(QUERY));
            emit("response.reasoning.search_results", "results", results());
        }
        if (searches || !reply.thought().isEmpty()) {
            emit("response.reasoning.stopped");
        }
        List<JsonObject> items = items();
        for (int i = 0; i < items.size(); i++) {
            item(i, items.get(i));
        }
        JsonObject failed = Json.obj("type", "response.failed", "sequence_number", sequence);
        sse.errorFrame("data: " + failed.put("response", failed(model())).encode() + "\n\n");
        sse.beginTerminator();
        emit("response." + status(), "response", response());
        return sse;
    }

    private void item(int index, JsonObject item) {
        boolean message = item.getString("type").equals("message");
        JsonObject added = message ? message("in_progress", new JsonArray()) : item;
        emit("response.output_item.added", "output_index", index, "item", added);
        if (message) {
            for (String piece : reply.pieces()) {
                emit(
                        "response.output_text.delta",
                        "item_id",
                        "msg_1",
                        "output_index",
                        index,
                        "content_index",
                        0,
                        "delta",
                        piece);
            }
            emit(
                    "response.output_text.done",
                    "item_id",
                    "msg_1",
                    "output_index",
                    index,
                    "content_index",
                    0,
                    "text",
                    reply.text());
        }
        emit("response.output_item.done", "output_index", index, "item", item);
    }

    private void emit(String type, Object... pairs) {
        sse.data(Json.obj("type", type, "sequence_number", sequence++).mergeIn(Json.obj(pairs)));
    }
}
