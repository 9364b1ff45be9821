package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.protocol.codec.SearchRun;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ReasoningSeal;
import dev.sluice.protocol.spi.WebSearch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The searches of other providers in one response, as Anthropic's {@code server_tool_use} and
 * {@code web_search_tool_result}. Clients such as Claude Code read titles and URLs from these blocks.
 *
 * <p>Most providers report what a search found as citations of the text after it, so the results follow that text. They
 * hold what the text cites, and what the search itself reports. Where a provider does not say which of several searches
 * found a page, the last has it.
 *
 * <p>{@code encrypted_content} is a seal, and the ids have a prefix of Sluice's own, by which {@link ForeignSearches}
 * finds the blocks when a client sends them back.
 */
final class AnthropicSearches {

    private static final String TYPE = "type";

    private record Started(String id, SearchRun search) {}

    private final boolean requested;
    private final List<Started> pending;
    /** Title, or an empty text, by URL. */
    private final Map<String, String> cited;

    private int count;

    AnthropicSearches(ChatRequest request) {
        this.requested = WebSearch.isRequested(request);
        this.pending = requested ? new ArrayList<>() : List.of();
        this.cited = requested ? new LinkedHashMap<>() : Map.of();
    }

    /** Searches so far. */
    int count() {
        return count;
    }

    /**
     * The blocks for a search: the results of earlier ones, the search, and its results if they are complete. None
     * where the client asked for no search, and may expect text only.
     */
    List<ObjectNode> started(SearchRun search, String responseId) {
        if (!requested) {
            return List.of();
        }
        List<ObjectNode> blocks = new ArrayList<>();
        if (!cited.isEmpty()) {
            blocks.addAll(results());
        }
        String id = ReasoningSeal.SEARCH_PREFIX
                + (responseId == null ? "" : responseId.replaceAll("[^A-Za-z0-9_]", "") + "_")
                + count++;
        ObjectNode block = direct("server_tool_use").put("id", id).put("name", WebSearch.NAME);
        block.putObject("input").put("query", search.query());
        blocks.add(block);
        pending.add(new Started(id, search));
        if (search.titled()) {
            blocks.addAll(results());
        }
        return blocks;
    }

    void cite(Citation citation) {
        if (requested && citation.url() != null) {
            cited.merge(citation.url(), citation.title() == null ? "" : citation.title(), (first, next) -> {
                return first.isEmpty() ? next : first;
            });
        }
    }

    /** The results of the searches that have none yet. */
    List<ObjectNode> results() {
        if (pending.isEmpty()) {
            return List.of();
        }
        List<ObjectNode> blocks = new ArrayList<>();
        Map<String, String> rest = new LinkedHashMap<>(cited);
        pending.forEach(each -> each.search().sources().forEach(source -> rest.remove(source.url())));
        String last = "";
        for (Started each : pending) {
            last = each.search().failed() ? last : each.id();
        }
        for (Started each : pending) {
            ObjectNode block = direct("web_search_tool_result").put("tool_use_id", each.id());
            if (each.search().failed()) {
                block.putObject("content")
                        .put(TYPE, "web_search_tool_result_error")
                        .put("error_code", "unavailable");
            } else {
                ArrayNode pages = block.putArray("content");
                each.search().sources().forEach(source -> {
                    String title = source.title() == null ? cited.get(source.url()) : source.title();
                    pages.add(page(source.url(), title));
                });
                if (each.id().equals(last)) {
                    rest.forEach((url, title) -> pages.add(page(url, title)));
                }
            }
            blocks.add(block);
        }
        pending.clear();
        cited.clear();
        return blocks;
    }

    /**
     * The blocks at the end of the response. A provider that searched on request and does not say so, as in Chat
     * Completions, gets one search with all that the text cites.
     */
    List<ObjectNode> ended(String responseId) {
        if (count > 0 || cited.isEmpty()) {
            return results();
        }
        Map<String, String> found = new LinkedHashMap<>(cited);
        cited.clear();
        List<ObjectNode> blocks = new ArrayList<>(started(SearchRun.unnamed(), responseId));
        cited.putAll(found);
        blocks.addAll(results());
        return blocks;
    }

    private static ObjectNode page(String url, String title) {
        return Json.object()
                .put(TYPE, "web_search_result")
                .put("url", url)
                .put("title", title == null || title.isEmpty() ? url : title)
                .put("encrypted_content", ReasoningSeal.UNSIGNED)
                .putNull("page_age");
    }

    private static ObjectNode direct(String type) {
        ObjectNode block = Json.object().put(TYPE, type);
        block.putObject("caller").put(TYPE, "direct");
        return block;
    }

    /** The input of a {@code server_tool_use}, which a stream has in a delta; the block keeps an empty one. */
    static String takeInput(ObjectNode block) {
        JsonNode input = block.replace("input", Json.object());
        return Json.text(input);
    }
}
