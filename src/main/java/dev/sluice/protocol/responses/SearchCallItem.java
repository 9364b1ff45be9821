package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;

/**
 * The item {@code web_search_call} for a search that a provider of another format ran: Anthropic's
 * {@code server_tool_use}, and the queries of Gemini's grounding.
 */
final class SearchCallItem {

    static final String PREFIX = "ws";

    private SearchCallItem() {}

    /** Null when the part is no search. */
    static ObjectNode of(ContentPart.Native part, String id) {
        ArrayNode queries = queries(part.block());
        if (queries == null) {
            return null;
        }
        ObjectNode item = Json.object().put("type", "web_search_call").put("id", id);
        ObjectNode action = item.put("status", ResponsesItemEncoder.COMPLETED)
                .putObject("action")
                .put("type", "search")
                .put("query", queries.path(0).asText(""));
        action.set("queries", queries);
        return item;
    }

    private static ArrayNode queries(JsonNode block) {
        String type = Json.textAt(block, "type");
        if ("server_tool_use".equals(type) && "web_search".equals(Json.textAt(block, "name"))) {
            String query = Json.textAt(block.path("input"), "query");
            return query == null ? Json.array() : Json.array().add(query);
        }
        return block.path("webSearchQueries") instanceof ArrayNode list ? list.deepCopy() : null;
    }
}
