package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decodes a complete response. Pages that hosted tools fetch appear only as citations. */
final class PerplexityResponseDecoder {

    private final PerplexityCitations citations = new PerplexityCitations();
    private final List<ContentPart> parts = new ArrayList<>();
    private int calls;

    private PerplexityResponseDecoder() {}

    static ChatResponse decode(ByteSlice body, Quirks quirks) {
        return new PerplexityResponseDecoder().read(UpstreamErrors.read(body), quirks);
    }

    private ChatResponse read(JsonNode response, Quirks quirks) {
        GatewayError failure = PerplexityErrors.failure(response);
        if (failure != null) {
            throw new GatewayException(failure);
        }
        JsonNode output = response.path("output");
        if (!output.isArray()) {
            throw UpstreamErrors.malformedResponse("\"output\"", "an array");
        }
        Set<JsonNode> searches = new HashSet<>();
        for (JsonNode item : output) {
            if (citations.add(item.path("results"))) {
                searches.add(item);
            }
        }
        for (JsonNode item : output) {
            String type = Json.textAt(item, "type");
            if (PerplexityCitations.SEARCH.equals(type) && searches.contains(item)) {
                parts.add(PerplexityCitations.search(item.path("queries"), item.path("results")));
            } else if ("message".equals(type)) {
                item.path("content").forEach(this::content);
            } else if ("function_call".equals(type)) {
                parts.add(call(item, calls));
                calls++;
            }
        }
        citeUncited();
        return new ChatResponse(
                Json.textAt(response, "id"),
                Json.textAt(response, "model"),
                Json.countAt(response, "created_at"),
                List.copyOf(parts),
                PerplexityMappings.finish(response, calls > 0),
                null,
                List.of(),
                PerplexityMappings.usage(response.get("usage"), quirks));
    }

    private void content(JsonNode part) {
        String text = Json.textAt(part, "text");
        String refusal = Json.textAt(part, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            parts.add(new ContentPart.Refusal(refusal));
        } else if (text != null && !text.isEmpty()) {
            parts.add(new ContentPart.Text(text, List.copyOf(citations.of(text, part.path("annotations"))), null));
        }
    }

    private void citeUncited() {
        int last = parts.size() - 1;
        if (last >= 0 && parts.get(last) instanceof ContentPart.Text text) {
            List<Citation> all = new ArrayList<>(text.citations());
            all.addAll(citations.uncited());
            parts.set(last, new ContentPart.Text(text.text(), List.copyOf(all), null));
        }
    }

    static ContentPart.ToolCall call(JsonNode item, int index) {
        ResponseLimits.checkCalls(index);
        String name = Json.textAt(item, "name");
        if (name == null) {
            throw UpstreamErrors.malformedResponse("a function_call", "a name");
        }
        String arguments = Json.textAt(item, "arguments");
        return new ContentPart.ToolCall(
                id(item, index),
                name,
                arguments == null || arguments.isBlank() ? "{}" : arguments,
                Json.textAt(item, "thought_signature"),
                null);
    }

    private static String id(JsonNode item, int index) {
        String call = Json.textAt(item, "call_id");
        String id = call == null ? Json.textAt(item, "id") : call;
        return id == null || id.isEmpty() ? "call_" + index : id;
    }
}
