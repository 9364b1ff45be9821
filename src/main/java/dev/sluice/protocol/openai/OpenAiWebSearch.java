package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.spi.WebSearch;

/**
 * Encodes a web search that a client of another format asks for. OpenAI's search models take the parameter
 * {@code web_search_options}, OpenRouter a tool. Other providers of Chat Completions have none.
 */
final class OpenAiWebSearch {

    private static final String TOOL = "openrouter:web_search";

    private OpenAiWebSearch() {}

    /** @return false when the target cannot search by Chat Completions */
    static boolean write(WebSearch search, UpstreamModel model, ObjectNode body, ArrayNode tools) {
        if (model.variant().webSearch() == ChatVariant.Search.OPENROUTER) {
            tool(search, tools.addObject().put("type", TOOL).putObject("parameters"));
        } else if (WebSearch.hasOptions(model)) {
            options(search, body.putObject(WebSearch.OPTIONS));
        } else {
            return false;
        }
        search.dropRest();
        return true;
    }

    /**
     * The tool choice that forces the search; null for a model that always searches.
     *
     * @param sent the tools as they were written
     */
    static JsonNode choice(UpstreamModel model, ArrayNode sent) {
        for (JsonNode tool : sent) {
            if (tool.path("type").asText().equals(TOOL)) {
                return Json.object().put("type", TOOL);
            }
        }
        if (!WebSearch.hasOptions(model)) {
            throw RequestErrors.unsupported("tool_choice", "forces a call, but this provider has no web search");
        }
        return null;
    }

    private static void tool(WebSearch search, ObjectNode parameters) {
        // One of the two lists is accepted, not both.
        ArrayNode allowed = search.allowedDomains();
        set(parameters, "allowed_domains", allowed);
        set(parameters, "excluded_domains", allowed == null ? search.blockedDomains() : null);
        for (String same : new String[] {"max_uses", "max_results", "search_context_size"}) {
            set(parameters, same, search.setting(same));
        }
        ObjectNode location = search.location();
        if (location != null) {
            parameters.putObject("user_location").put("type", "approximate").setAll(location);
        }
    }

    private static void options(WebSearch search, ObjectNode options) {
        set(options, "search_context_size", search.setting("search_context_size"));
        ObjectNode location = search.location();
        if (location != null) {
            options.putObject("user_location").put("type", "approximate").set("approximate", location);
        }
    }

    private static void set(ObjectNode object, String name, JsonNode value) {
        if (value != null) {
            object.set(name, value);
        }
    }
}
