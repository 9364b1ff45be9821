package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.Iterator;
import java.util.List;

/**
 * Removes the seals of other providers' reasoning from a request in Gemini's format, whose bytes would otherwise pass:
 * Google refuses a signature that is not its own. A call gets Google's placeholder, because some models refuse a call
 * without a signature.
 */
final class ForeignSignatures {

    private static final List<String> NAMES = List.of("thoughtSignature", "thought_signature");

    private ForeignSignatures() {}

    static void remove(ObjectNode body, DroppedParameters dropped) {
        boolean removed = false;
        if (!(body.get("contents") instanceof ArrayNode contents)) {
            return;
        }
        for (Iterator<JsonNode> each = contents.iterator(); each.hasNext(); ) {
            if (each.next().get("parts") instanceof ArrayNode parts) {
                for (JsonNode part : parts) {
                    removed |= part instanceof ObjectNode object && remove(object);
                }
                // What held nothing but a seal.
                if (Json.removeIf(parts, ForeignSignatures::isEmpty) && parts.isEmpty()) {
                    each.remove();
                }
            }
        }
        if (removed) {
            dropped.dropped("contents.thoughtSignature");
        }
    }

    private static boolean remove(ObjectNode part) {
        boolean removed = false;
        for (String name : NAMES) {
            if (GeminiSignatures.isForeign(Json.textAt(part, name))) {
                removed = true;
                if (GeminiValue.present(part, "functionCall") == null) {
                    part.remove(name);
                } else {
                    part.put(name, GeminiMessageEncoder.NO_SIGNATURE);
                }
            }
        }
        return removed;
    }

    private static boolean isEmpty(JsonNode part) {
        return part.size() == 1 && "".equals(Json.textAt(part, "text"));
    }
}
