package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Collects the results of one turn's calls. Google wants as many as there were calls, in one content and by the
 * functions' names, which the results of other formats do not tell.
 */
final class GeminiToolResultEncoder {

    private final GeminiContentEncoder writer;
    private final DroppedParameters dropped;
    /** The last turn's calls, id to name, in their order. */
    private final Map<String, String> expected = new LinkedHashMap<>();

    private final Map<String, ContentPart.ToolResult> given = new HashMap<>();

    GeminiToolResultEncoder(GeminiContentEncoder writer, DroppedParameters dropped) {
        this.writer = writer;
        this.dropped = dropped;
    }

    void expect(ContentPart.ToolCall call) {
        expected.put(call.id(), call.name());
    }

    void add(ContentPart part) {
        if (!(part instanceof ContentPart.ToolResult result)) {
            throw GeminiErrors.unsupported("messages.content", "a turn of a tool has results only");
        }
        if (!expected.containsKey(result.callId())) {
            throw GeminiErrors.invalid("messages.tool_call_id", "the id of a call in the turn before");
        }
        given.put(result.callId(), result);
    }

    /** Writes the results there are, when calls wait for them and the conversation goes on. */
    void flush(Consumer<ArrayNode> to) {
        if (expected.isEmpty()) {
            return;
        }
        ArrayNode parts = Json.array();
        ArrayNode beside = Json.array();
        expected.forEach((id, name) -> {
            ObjectNode response = parts.addObject().putObject("functionResponse");
            if (id != null) {
                response.put("id", id);
            }
            response.put("name", name).set("response", response(given.get(id), beside));
        });
        expected.clear();
        given.clear();
        to.accept(parts.addAll(beside));
    }

    /** @param beside gets what is not text: it stands behind the responses */
    private JsonNode response(ContentPart.ToolResult result, ArrayNode beside) {
        if (result == null) {
            dropped.adjusted("messages.tool_calls", "answered");
            return Json.object().put("error", "the tool gave no result");
        }
        if (result.cache() != null) {
            dropped.dropped("messages.cache_control");
        }
        StringBuilder text = new StringBuilder();
        for (ContentPart part : result.content()) {
            if (part instanceof ContentPart.Text said) {
                text.append(text.isEmpty() ? "" : "\n").append(said.text());
            } else {
                writer.write(part, beside);
            }
        }
        if (result.isError()) {
            return Json.object().put("error", text.toString());
        }
        JsonNode tree = text.indexOf("{") >= 0 ? Json.readOrNull(text.toString()) : null;
        return tree != null && tree.isObject() ? tree : Json.object().put("result", text.toString());
    }
}
