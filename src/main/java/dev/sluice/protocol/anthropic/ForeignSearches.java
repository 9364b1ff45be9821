package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.util.Iterator;

/**
 * Removes the searches of other providers from a request in Anthropic's format: Anthropic decrypts the content of
 * search results and the index of citations, and refuses what is not its own. What a search found is in the text after
 * it.
 */
final class ForeignSearches {

    private ForeignSearches() {}

    static void remove(ObjectNode body, DroppedParameters dropped) {
        for (Iterator<JsonNode> messages = body.path("messages").iterator(); messages.hasNext(); ) {
            if (messages.next().get("content") instanceof ArrayNode content) {
                if (Json.removeIf(content, ForeignSearches::isForeign)) {
                    dropped.dropped("messages.web_search_tool_result");
                    if (content.isEmpty()) {
                        messages.remove();
                    }
                }
                content.forEach(block -> removeCitations(block, dropped));
            }
        }
    }

    /** Whether it is a search, or its results, that Sluice wrote for another provider. */
    static boolean isForeign(JsonNode block) {
        String type = Json.textAt(block, "type");
        String id = "server_tool_use".equals(type)
                ? Json.textAt(block, "id")
                : "web_search_tool_result".equals(type) ? Json.textAt(block, "tool_use_id") : null;
        return id != null && id.startsWith(ReasoningSeal.SEARCH_PREFIX);
    }

    private static void removeCitations(JsonNode block, DroppedParameters dropped) {
        boolean removed = block.get("citations") instanceof ArrayNode citations
                && Json.removeIf(
                        citations,
                        citation -> "web_search_result_location".equals(Json.textAt(citation, "type"))
                                && ReasoningSeal.isForeign(Json.textAt(citation, "encrypted_index")));
        if (removed) {
            dropped.dropped("messages.citations");
            if (block.get("citations").isEmpty()) {
                ((ObjectNode) block).remove("citations");
            }
        }
    }
}
