package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.StreamDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decodes a provider's streamed response. Content missing from the deltas is taken from the {@code .done} events and
 * from the last event: some providers send calls, or everything, only there.
 */
final class ResponsesStreamDecoder implements StreamDecoder {

    static final String FAILED = "response.failed";

    /** xAI's clients accept {@code response.done} as well. */
    static final Set<String> TERMINAL =
            Set.of("response.completed", "response.incomplete", FAILED, "response.cancelled", "response.done");

    private final Map<String, Integer> indexById = new HashMap<>();
    private ResponsesItemDecoder items;
    private boolean complete;

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public void decode(JsonNode data, Consumer<ResponseEvent> out) {
        String type = data.isObject() ? Json.textAt(data, "type") : null;
        if ("error".equals(type) || type == null && (!data.isObject() || Json.present(data, "error") != null)) {
            throw new GatewayException(UpstreamErrors.ofEvent(Json.bytes(data)));
        }
        if (type == null) {
            return;
        }
        if (TERMINAL.contains(type)) {
            end(type, data.path("response"), out);
            return;
        }
        if (items == null && !type.startsWith("response.")) {
            return;
        }
        begin(data.path("response"), out);
        items.to(out);
        content(type, data, index(type, data));
    }

    private void begin(JsonNode response, Consumer<ResponseEvent> out) {
        if (items == null) {
            items = new ResponsesItemDecoder();
            out.accept(new ResponseEvent.Started(
                    Json.textAt(response, "id"), Json.textAt(response, "model"), Json.countAt(response, "created_at")));
        }
    }

    private void content(String type, JsonNode data, int index) {
        int content = (int) Math.min(Integer.MAX_VALUE, Json.countAt(data, "content_index"));
        int summary = (int) Math.min(Integer.MAX_VALUE, Json.countAt(data, "summary_index"));
        switch (type) {
            case "response.output_item.added" -> items.added(index, data.path("item"));
            case "response.output_item.done" -> items.done(index, data.path("item"));
            case "response.output_text.delta" ->
                items.text(index, content, Json.textAt(data, "delta"), data.path("logprobs"));
            case "response.output_text.done" ->
                items.restOfText(index, content, Json.textAt(data, "text"), data.path("logprobs"));
            case "response.output_text.annotation.added" -> items.cite(index, content, data.path("annotation"));
            case "response.refusal.delta" -> items.refusal(index, content, Json.textAt(data, "delta"));
            case "response.refusal.done" -> items.restOfRefusal(index, content, Json.textAt(data, "refusal"));
            case "response.reasoning_summary_text.delta" ->
                items.reasoning(index, "summary" + summary, Json.textAt(data, "delta"));
            case "response.reasoning_summary_text.done" ->
                items.restOfReasoning(index, "summary" + summary, Json.textAt(data, "text"));
            case "response.reasoning_text.delta" ->
                items.reasoning(index, "content" + content, Json.textAt(data, "delta"));
            case "response.reasoning_text.done" ->
                items.restOfReasoning(index, "content" + content, Json.textAt(data, "text"));
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
                items.arguments(index, Json.textAt(data, "delta"));
            case "response.custom_tool_call_input.done" -> items.restOfArguments(index, Json.textAt(data, "input"));
            case "response.function_call_arguments.done" ->
                items.restOfArguments(index, Json.textAt(data, "arguments"));
            default -> {}
        }
    }

    private void end(String type, JsonNode response, Consumer<ResponseEvent> out) {
        if (!response.isObject()) {
            throw UpstreamErrors.malformedResponse("a terminal event without \"response\"");
        }
        if (type.equals(FAILED) || ResponsesBodyScanner.isFailure(Json.textAt(response, "status"))) {
            throw new GatewayException(failure(response));
        }
        begin(response, out);
        items.to(out);
        items.end(response.path("output"));
        Usage usage = ResponsesUsage.ofResponse(response);
        if (usage.known()) {
            out.accept(new ResponseEvent.UsageReported(usage));
        }
        out.accept(new ResponseEvent.Finished(ResponsesResponseDecoder.finish(response, items.hasCalls()), null));
        complete = true;
    }

    private static GatewayError failure(JsonNode response) {
        JsonNode error = response.get("error");
        return UpstreamErrors.ofEvent(ResponsesBodyScanner.errorBody(
                Json.textAt(response, "status"), error == null || !error.isObject() ? null : Json.text(error)));
    }

    /** The output index; derived from the item id when a provider omits the index. */
    private int index(String type, JsonNode data) {
        JsonNode index = data.get("output_index");
        String id = Json.textAt(data, "item_id");
        if (index != null && index.isIntegralNumber() && index.canConvertToInt()) {
            return index.intValue();
        }
        if (type.equals("response.output_item.added") || type.equals("response.output_item.done")) {
            id = Json.textAt(data.path("item"), "id");
        }
        return indexById.computeIfAbsent(String.valueOf(id), unseen -> -1 - indexById.size());
    }
}
