package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.codec.SearchRun;
import dev.sluice.protocol.json.Json;

/**
 * The item {@code web_search_call} for a search that a provider of another format ran: Anthropic's
 * {@code server_tool_use}, and the queries of Gemini's grounding.
 */
final class SearchCallItem {

    static final String PREFIX = "ws";

    private SearchCallItem() {}

    static ObjectNode of(SearchRun search, String id) {
        ArrayNode queries = Json.array();
        search.queries().forEach(queries::add);
        ObjectNode item = Json.object().put("type", "web_search_call").put("id", id);
        ObjectNode action = item.put("status", search.failed() ? "failed" : ResponsesItemEncoder.COMPLETED)
                .putObject("action")
                .put("type", "search")
                .put("query", queries.path(0).asText(""));
        action.set("queries", queries);
        if (!search.sources().isEmpty()) {
            ArrayNode sources = action.putArray("sources");
            search.sources()
                    .forEach(source -> sources.addObject().put("type", "url").put("url", source.url()));
        }
        return item;
    }
}
