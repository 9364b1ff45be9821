package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;

/** Reads and writes a tool call in a message. */
final class OpenAiToolCalls {

    private OpenAiToolCalls() {}

    /** Gemini's thought signature, as its OpenAI-compatible endpoint sends it, or null. */
    static String signature(JsonNode call) {
        String signature = call.path("extra_content")
                .path("google")
                .path("thought_signature")
                .textValue();
        return signature == null || signature.isEmpty() ? null : signature;
    }

    static ObjectNode write(ContentPart.ToolCall call) {
        ObjectNode written = Json.object().put("id", call.id()).put("type", "function");
        written.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        if (call.signature() != null) {
            written.putObject("extra_content").putObject("google").put("thought_signature", call.signature());
        }
        return written;
    }
}
