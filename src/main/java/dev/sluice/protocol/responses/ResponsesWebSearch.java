package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant.Search;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.spi.WebSearch;

/**
 * Encodes a web search that a client of another format asks for. Sources: the API descriptions of OpenAI, xAI (which
 * refuses a location and a context size) and OpenRouter, and Microsoft's page on web search at Azure OpenAI, read
 * 2026-11.
 */
final class ResponsesWebSearch {

    private ResponsesWebSearch() {}

    /**
     * @param include what the response has on request
     * @return false when no search of the provider is known
     */
    static boolean write(WebSearch search, UpstreamModel model, ObjectNode body, ArrayNode tools, ArrayNode include) {
        Search kind = model.variant().webSearch();
        if (kind == Search.NONE) {
            return false;
        }
        ObjectNode tool = tools.addObject().put("type", WebSearch.NAME);
        ArrayNode allowed = search.allowedDomains();
        if (kind == Search.XAI) {
            set(tool, "allowed_domains", allowed);
            set(tool, "excluded_domains", allowed == null ? search.blockedDomains() : null);
        } else {
            if (allowed != null) {
                tool.putObject("filters").set("allowed_domains", allowed);
            }
            set(tool, "search_context_size", search.setting("search_context_size"));
            ObjectNode location = search.location();
            if (location != null) {
                tool.putObject("user_location").put("type", "approximate").setAll(location);
            }
        }
        if (kind == Search.OPENAI || kind == Search.AZURE) {
            // It counts the calls of the provider's own tools, of which the search is the only one here.
            set(body, "max_tool_calls", search.setting("max_uses"));
            // Azure's description has no such value.
            if (kind == Search.OPENAI && search.listsSources()) {
                include.add("web_search_call.action.sources");
            }
        } else if (kind == Search.OPENROUTER) {
            set(tool, "max_uses", search.setting("max_uses"));
        }
        search.dropRest();
        return true;
    }

    /** The tool choice that forces the search. */
    static JsonNode choice(UpstreamModel model, ArrayNode tools) {
        for (JsonNode tool : tools) {
            if (tool.path("type").asText().startsWith(WebSearch.NAME)) {
                if (model.variant().webSearch() == Search.AZURE) {
                    return Json.object().put("type", WebSearch.NAME);
                }
                ObjectNode allowed = Json.object().put("type", "allowed_tools").put("mode", "required");
                allowed.putArray("tools").addObject().put("type", WebSearch.NAME);
                return tools.size() == 1 ? allowed.textNode("required") : allowed;
            }
        }
        throw RequestErrors.unsupported("tool_choice", "forces a call, but this provider has no web search");
    }

    private static void set(ObjectNode object, String name, JsonNode value) {
        if (value != null) {
            object.set(name, value);
        }
    }
}
