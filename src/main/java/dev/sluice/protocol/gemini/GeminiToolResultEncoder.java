package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Encodes the tool results for the calls of one message. Gemini requires one result for each call, in one content and
 * by function name, which results in other formats do not have.
 */
final class GeminiToolResultEncoder {

    private final GeminiContentEncoder contentEncoder;
    private final DroppedParameters dropped;
    /** The calls of the last assistant message, id to name, in order. */
    private final Map<String, String> expected = new LinkedHashMap<>();

    private final Map<String, ContentPart.ToolResult> results = new HashMap<>();

    GeminiToolResultEncoder(GeminiContentEncoder contentEncoder, DroppedParameters dropped) {
        this.contentEncoder = contentEncoder;
        this.dropped = dropped;
    }

    void expect(ContentPart.ToolCall call) {
        expected.put(call.id(), call.name());
    }

    void add(ContentPart part) {
        if (!(part instanceof ContentPart.ToolResult result)) {
            throw GeminiErrors.unsupported("messages.content", "a tool message has tool results only");
        }
        if (!expected.containsKey(result.callId())) {
            throw RequestErrors.invalidValue(
                    "messages.tool_call_id", "the id of a call in the previous assistant message");
        }
        results.put(result.callId(), result);
    }

    /** Writes the results of the pending calls, before the next message. */
    void flush(Consumer<ArrayNode> out) {
        if (expected.isEmpty()) {
            return;
        }
        ArrayNode parts = Json.array();
        ArrayNode media = Json.array();
        expected.forEach((id, name) -> {
            ObjectNode response = parts.addObject().putObject("functionResponse");
            if (id != null) {
                response.put("id", id);
            }
            int before = media.size();
            response.put("name", name).set("response", response(results.get(id), media));
            if (expected.size() > 1 && media.size() > before) {
                String label = "(from the result of " + (id == null ? name : id) + ")";
                media.insertObject(before).put("text", label);
            }
        });
        expected.clear();
        results.clear();
        out.accept(parts.addAll(media));
    }

    /** @param media receives content other than text, which follows the results */
    private JsonNode response(ContentPart.ToolResult result, ArrayNode media) {
        if (result == null) {
            dropped.adjusted("messages.tool_calls", "answered");
            return Json.object().put("error", "the tool gave no result");
        }
        dropped.droppedCacheControl(result.cache());
        StringBuilder text = new StringBuilder();
        for (ContentPart part : result.content()) {
            if (part instanceof ContentPart.Text piece) {
                text.append(text.isEmpty() ? "" : "\n").append(piece.text());
            } else {
                contentEncoder.encode(part, media);
            }
        }
        if (result.isError()) {
            return Json.object().put("error", text.toString());
        }
        JsonNode tree = text.indexOf("{") >= 0 ? Json.readOrNull(text.toString()) : null;
        return tree != null && tree.isObject() ? tree : Json.object().put("result", text.toString());
    }
}
