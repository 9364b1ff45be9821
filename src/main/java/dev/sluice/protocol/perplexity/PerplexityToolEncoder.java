package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Tool;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;
import java.util.List;
import java.util.Set;

/**
 * Encodes tools: functions, Perplexity's own, and every client's web search tool as {@code web_search}. Search
 * settings, top-level members in the retired chat API, belong to that tool.
 */
final class PerplexityToolEncoder {

    private static final String SEARCH = "web_search";

    private static final Set<String> HOSTED = Set.of("fetch_url", "people_search", "finance_search", "sandbox", "mcp");

    private static final List<String> FILTERS = List.of(
            "search_domain_filter",
            "search_recency_filter",
            "search_after_date_filter",
            "search_before_date_filter",
            "last_updated_after_filter",
            "last_updated_before_filter");

    private static final List<String> LOCATION = List.of("country", "region", "city", "latitude", "longitude");

    private final RequestParameters params;
    private final DroppedParameters dropped;
    private final ArrayNode tools = Json.array();
    private ObjectNode search;

    PerplexityToolEncoder(RequestParameters params, DroppedParameters dropped) {
        this.params = params;
        this.dropped = dropped;
    }

    ArrayNode encode(List<Tool> requested, boolean searches) {
        for (Tool tool : requested) {
            switch (tool) {
                case Tool.Function function -> tools.add(function(function));
                case Tool.Native nativeTool -> hosted(nativeTool);
            }
        }
        JsonNode disabled = params.consume("disable_search");
        if (searches && (disabled == null || !disabled.booleanValue())) {
            search();
        }
        for (String filter : FILTERS) {
            JsonNode value = params.consume(filter);
            if (value != null) {
                search().withObject("/filters").set(filter, value.deepCopy());
            }
        }
        JsonNode maxResults = params.consume("num_search_results");
        if (maxResults != null) {
            search().set("max_results", maxResults);
        }
        JsonNode options = params.consume("web_search_options");
        if (options != null && options.isObject()) {
            options(options, "web_search_options");
        }
        return tools;
    }

    private ObjectNode search() {
        if (search == null) {
            search = tools.addObject().put("type", SEARCH);
        }
        return search;
    }

    private ObjectNode function(Tool.Function tool) {
        ObjectNode written = Json.object().put("type", "function").put("name", tool.name());
        if (tool.description() != null) {
            written.put("description", tool.description());
        }
        if (tool.schema() != null) {
            written.set("parameters", tool.schema());
        }
        if (tool.strict() != null) {
            written.put("strict", tool.strict());
        }
        if (tool.cache() != null) {
            dropped.dropped("tools.cache_control");
        }
        return written;
    }

    private void hosted(Tool.Native nativeTool) {
        if (nativeTool.type().startsWith("googleSearch")) {
            search();
        } else if (nativeTool.type().startsWith(SEARCH)) {
            options(nativeTool.raw(), "tools." + nativeTool.type());
        } else if (HOSTED.contains(nativeTool.type()) && nativeTool.raw().isObject()) {
            tools.add(nativeTool.raw());
        } else {
            dropped.tool(nativeTool);
        }
    }

    /** The settings that OpenAI's, Anthropic's and Perplexity's search tools have in common. */
    private void options(JsonNode raw, String where) {
        ObjectNode tool = search();
        raw.properties().forEach(option -> {
            JsonNode value = option.getValue();
            switch (option.getKey()) {
                case "type", "name" -> {}
                case "search_context_size", "max_results", "max_tokens", "max_tokens_per_page" ->
                    tool.set(option.getKey(), value);
                case "user_location" -> location(value, tool, where);
                case "filters" -> filters(value, tool, where);
                case "allowed_domains" -> domains(value, "", tool);
                case "blocked_domains" -> domains(value, "-", tool);
                default -> dropped.dropped(where + "." + option.getKey());
            }
        });
    }

    private void location(JsonNode value, ObjectNode tool, String where) {
        JsonNode location = value.path("approximate").isObject() ? value.get("approximate") : value;
        ObjectNode written = Json.object();
        for (String member : LOCATION) {
            if (Json.present(location, member) != null) {
                written.set(member, location.get(member));
            }
        }
        if (Json.present(location, "timezone") != null) {
            dropped.dropped(where + ".user_location.timezone");
        }
        if (!written.isEmpty()) {
            tool.set("user_location", written);
        }
    }

    private void filters(JsonNode value, ObjectNode tool, String where) {
        value.properties().forEach(filter -> {
            switch (filter.getKey()) {
                case "allowed_domains" -> domains(filter.getValue(), "", tool);
                case "blocked_domains" -> domains(filter.getValue(), "-", tool);
                default -> {
                    if (FILTERS.contains(filter.getKey())) {
                        tool.withObject("/filters")
                                .set(filter.getKey(), filter.getValue().deepCopy());
                    } else {
                        dropped.lost(where + ".filters." + filter.getKey());
                    }
                }
            }
        });
    }

    /** Allowed and blocked domains share one list; blocked ones have a leading hyphen. */
    private static void domains(JsonNode names, String prefix, ObjectNode tool) {
        ObjectNode filters = tool.withObject("/filters");
        ArrayNode list = filters.path("search_domain_filter").isArray()
                ? (ArrayNode) filters.get("search_domain_filter")
                : filters.putArray("search_domain_filter");
        for (JsonNode name : names) {
            if (name.isTextual()) {
                list.add(prefix + name.textValue());
            }
        }
    }
}
