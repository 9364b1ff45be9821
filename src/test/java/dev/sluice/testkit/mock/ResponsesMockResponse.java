package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A scripted reply in the Responses format, whole or streamed. */
class ResponsesMockResponse {

    final MockRequest parsed;
    final Script.Reply reply;
    final JsonObject body;
    final boolean filtered;
    private final Sse sse = new Sse();
    private int sequence;

    ResponsesMockResponse(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
        this.parsed = parsed;
        this.reply = reply;
        this.body = body;
        this.filtered = filtered;
    }

    void to(MockExchange exchange) {
        if (parsed.stream) {
            exchange.stream(streamed());
        } else {
            exchange.respond(response(items()));
        }
    }

    String id() {
        return "resp_mock1";
    }

    JsonObject usage() {
        Script.Tokens tokens = reply.tokens();
        return Json.obj(
                "input_tokens", tokens.prompt(),
                "input_tokens_details",
                        Json.obj("cached_tokens", tokens.cached(), "cache_write_tokens", tokens.written()),
                "output_tokens", tokens.output(),
                "output_tokens_details", Json.obj("reasoning_tokens", tokens.reasoning()),
                "total_tokens", tokens.total());
    }

    /** Whether frames have an {@code event:} line. */
    boolean namesEvents() {
        return true;
    }

    JsonObject response(List<JsonObject> output) {
        JsonObject whole = skeleton(incomplete() ? "incomplete" : "completed");
        if (incomplete()) {
            whole.put("incomplete_details", Json.obj("reason", filtered ? "content_filter" : "max_output_tokens"));
        }
        return whole.put("completed_at", ChatMockResponse.CREATED + 1)
                .put("output", new JsonArray(output))
                .put("usage", usage());
    }

    /** With all members that OpenAI's description of 2026-08 and Open Responses require. */
    JsonObject skeleton(String status) {
        return Json.obj(
                "id", id(),
                "object", "response",
                "created_at", ChatMockResponse.CREATED,
                "completed_at", null,
                "status", status,
                "background", false,
                "error", null,
                "incomplete_details", null,
                "model", body.getString("model"),
                "instructions", body.getValue("instructions"),
                "output", new JsonArray(),
                "parallel_tool_calls", parsed.parallel,
                "tool_choice", body.getValue("tool_choice", "auto"),
                "tools", tools(),
                "text",
                        Json.obj("format", Json.obj("type", "text"), "verbosity", "medium")
                                .mergeIn(Json.in(body, "text")),
                "reasoning", body.getJsonObject("reasoning", Json.obj("effort", null, "summary", null)),
                "truncation", "disabled",
                "metadata", body.getJsonObject("metadata", new JsonObject()),
                "store", body.getBoolean("store", true),
                "previous_response_id", body.getValue("previous_response_id"),
                "temperature", body.getValue("temperature", 1.0),
                "top_p", body.getValue("top_p", 1.0),
                "top_logprobs", body.getValue("top_logprobs", 0),
                "frequency_penalty", 0.0,
                "presence_penalty", 0.0,
                "max_output_tokens", body.getValue("max_output_tokens"),
                "max_tool_calls", body.getValue("max_tool_calls"),
                "service_tier", tier(),
                "safety_identifier", body.getValue("safety_identifier"),
                "prompt_cache_key", body.getValue("prompt_cache_key"),
                "usage", null);
    }

    /** Functions with the members that the request left out. */
    private JsonArray tools() {
        JsonArray tools = new JsonArray();
        for (Object tool : body.getJsonArray("tools", new JsonArray())) {
            JsonObject one = (JsonObject) tool;
            boolean function = "function".equals(one.getString("type"));
            tools.add(
                    function
                            ? Json.obj("description", null, "parameters", null, "strict", true)
                                    .mergeIn(one)
                            : one);
        }
        return tools;
    }

    private String tier() {
        String asked = body.getString("service_tier");
        return asked == null || asked.equals("auto") ? "default" : asked;
    }

    private boolean incomplete() {
        return filtered || reply.finish() == Script.Finish.LENGTH;
    }

    List<JsonObject> items() {
        List<JsonObject> items = new ArrayList<>();
        if (!reply.thought().isEmpty()) {
            items.add(reasoning());
        }
        if (reply.calls().isEmpty()) {
            items.add(message("completed", Json.arr(part(reply.text()))));
        }
        reply.calls().forEach(call -> items.add(call(call, call.arguments().encode(), "completed")));
        return items;
    }

    JsonObject reasoning() {
        JsonArray summary = new JsonArray();
        if (summarised()) {
            summary.add(Json.obj("type", "summary_text", "text", reply.thought()));
        }
        JsonObject item = Json.obj("type", "reasoning", "id", "rs_1", "summary", summary);
        if (Json.strings(body.getValue("include")).contains("reasoning.encrypted_content")) {
            item.put("encrypted_content", ResponsesRequestValidator.ENCRYPTED);
        }
        return item;
    }

    private boolean summarised() {
        return Json.in(body, "reasoning").getValue("summary") != null;
    }

    JsonObject message(String status, JsonArray content) {
        return Json.obj("type", "message", "id", "msg_1", "role", "assistant", "status", status, "content", content);
    }

    JsonObject part(String text) {
        if (reply.finish() == Script.Finish.REFUSAL) {
            return Json.obj("type", "refusal", "refusal", text);
        }
        JsonArray annotations = new JsonArray();
        if (reply.cites() && !text.isEmpty()) {
            annotations.add(annotation());
        }
        JsonArray logprobs = parsed.logprobs && !text.isEmpty()
                ? ChatMockResponse.logprobs(reply.pieces()).getJsonArray("content")
                : new JsonArray();
        return Json.obj("type", "output_text", "text", text, "annotations", annotations, "logprobs", logprobs);
    }

    private JsonObject annotation() {
        return Json.obj(
                "type",
                "url_citation",
                "url",
                Script.CITED_URL,
                "title",
                Script.CITED_TITLE,
                "start_index",
                0,
                "end_index",
                4);
    }

    JsonObject call(Script.Call call, String arguments, String status) {
        return Json.obj(
                "type",
                "function_call",
                "id",
                "fc_" + (call.number() + 1),
                "call_id",
                "call_" + (call.number() + 1),
                "name",
                call.name(),
                "arguments",
                arguments,
                "status",
                status);
    }

    Sse streamed() {
        emit("response.created", "response", skeleton("in_progress"));
        emit("response.in_progress", "response", skeleton("in_progress"));
        List<JsonObject> items = items();
        for (int i = 0; i < items.size(); i++) {
            item(i, items.get(i));
        }
        JsonObject error = Json.obj(
                "type", "error",
                "sequence_number", sequence,
                "code", "server_error",
                "message", "The server had an error.",
                "param", null);
        sse.errorFrame((namesEvents() ? "event: error\n" : "") + "data: " + error.encode() + "\n\n");
        sse.beginTerminator();
        emit(incomplete() ? "response.incomplete" : "response.completed", "response", response(items));
        return sse;
    }

    private void item(int index, JsonObject item) {
        switch (item.getString("type")) {
            case "reasoning" -> reasoningEvents(index, item);
            case "message" -> messageEvents(index, item);
            default -> callEvents(index, item);
        }
        emit("response.output_item.done", "output_index", index, "item", item);
    }

    private void reasoningEvents(int index, JsonObject item) {
        JsonObject shell = item.copy().put("summary", new JsonArray());
        emit("response.output_item.added", "output_index", index, "item", shell);
        if (summarised()) {
            JsonObject at = Json.obj("item_id", "rs_1", "output_index", index, "summary_index", 0);
            JsonObject empty = Json.obj("type", "summary_text", "text", "");
            emit("response.reasoning_summary_part.added", at, "part", empty);
            for (String piece : Script.pieces(reply.thought())) {
                emit("response.reasoning_summary_text.delta", at, "delta", piece);
            }
            emit("response.reasoning_summary_text.done", at, "text", reply.thought());
            emit(
                    "response.reasoning_summary_part.done",
                    at,
                    "part",
                    empty.copy().put("text", reply.thought()));
        }
    }

    private void messageEvents(int index, JsonObject item) {
        boolean refused = reply.finish() == Script.Finish.REFUSAL;
        emit("response.output_item.added", "output_index", index, "item", message("in_progress", new JsonArray()));
        JsonObject at = Json.obj("item_id", "msg_1", "output_index", index, "content_index", 0);
        emit("response.content_part.added", at, "part", part(""));
        for (String piece : reply.pieces()) {
            if (refused) {
                emit("response.refusal.delta", at, "delta", piece);
            } else {
                JsonArray logprobs = parsed.logprobs
                        ? ChatMockResponse.logprobs(List.of(piece)).getJsonArray("content")
                        : new JsonArray();
                emit("response.output_text.delta", at, "delta", piece, "logprobs", logprobs);
            }
        }
        if (reply.cites() && !refused) {
            emit("response.output_text.annotation.added", at, "annotation_index", 0, "annotation", annotation());
        }
        if (refused) {
            emit("response.refusal.done", at, "refusal", reply.text());
        } else {
            emit("response.output_text.done", at, "text", reply.text(), "logprobs", new JsonArray());
        }
        emit(
                "response.content_part.done",
                at,
                "part",
                item.getJsonArray("content").getJsonObject(0));
    }

    private void callEvents(int index, JsonObject item) {
        JsonObject shell = item.copy().put("arguments", "").put("status", "in_progress");
        emit("response.output_item.added", "output_index", index, "item", shell);
        JsonObject at = Json.obj("item_id", item.getString("id"), "output_index", index);
        String name = item.getString("name");
        int number = Integer.parseInt(item.getString("id").substring(3)) - 1;
        for (String fragment : Script.fragments(reply.calls().get(number))) {
            emit("response.function_call_arguments.delta", at, "delta", fragment);
        }
        emit("response.function_call_arguments.done", at, "name", name, "arguments", item.getString("arguments"));
    }

    private void emit(String type, JsonObject at, Object... pairs) {
        emit(type, Json.obj(pairs).mergeIn(at));
    }

    final void emit(String type, Object... pairs) {
        emit(type, Json.obj(pairs));
    }

    private void emit(String type, JsonObject fields) {
        JsonObject event = Json.obj("type", type, "sequence_number", sequence++).mergeIn(fields);
        if (namesEvents()) {
            sse.event(type, event);
        } else {
            sse.data(event);
        }
    }
}
