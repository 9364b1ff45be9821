package dev.sluice.protocol.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A web search that a provider ran: {@code web_search_call} of Responses, {@code server_tool_use} of Anthropic, the
 * queries of Gemini's grounding, or {@code search_results} of Perplexity. A page that a search opens is none.
 *
 * @param queries may be empty
 * @param sources what the search found, as far as this part of the response has it
 * @param titled whether the sources have titles; OpenAI has only URLs here, and titles in later citations
 */
public record SearchRun(List<String> queries, List<Source> sources, boolean titled, boolean failed) {

    private static final String QUERIES = "queries";

    /** A page that a search found. The title may be null. */
    public record Source(String url, String title) {}

    /** A search of which only the sources of the text are known. */
    public static SearchRun unnamed() {
        return new SearchRun(List.of(), List.of(), false, false);
    }

    /** Null when the part is no search. */
    public static SearchRun of(ContentPart.Native part) {
        JsonNode block = part.block();
        String type = Json.textAt(block, "type");
        switch (type == null ? "" : type) {
            case "web_search_call" -> {
                JsonNode action = block.path("action");
                String kind = Json.textAt(action, "type");
                boolean failed = "failed".equals(Json.textAt(block, "status"));
                return kind != null && !kind.equals("search")
                        ? null
                        : new SearchRun(
                                queries(action.path(QUERIES), Json.textAt(action, "query")),
                                sources(action.path("sources")),
                                false,
                                failed);
            }
            case "server_tool_use" -> {
                String query = Json.textAt(block.path("input"), "query");
                return "web_search".equals(Json.textAt(block, "name"))
                        ? new SearchRun(queries(Json.array(), query), List.of(), false, false)
                        : null;
            }
            case "search_results" -> {
                return new SearchRun(queries(block.path(QUERIES), null), sources(block.path("results")), true, false);
            }
            default -> {
                JsonNode grounding = block.path("webSearchQueries");
                return grounding.isArray() ? new SearchRun(queries(grounding, null), List.of(), false, false) : null;
            }
        }
    }

    /** Whether the part is the results of the search before it, as Anthropic reports them. */
    public static boolean isResults(ContentPart.Native part) {
        return "web_search_tool_result".equals(Json.textAt(part.block(), "type"));
    }

    /** This search with its {@link #isResults results}. */
    public SearchRun with(ContentPart.Native results) {
        JsonNode content = results.block().path("content");
        return new SearchRun(queries, sources(content), true, !content.isArray());
    }

    /** All queries as one text, empty without any. */
    public String query() {
        return String.join("; ", queries);
    }

    private static List<String> queries(JsonNode list, String single) {
        List<String> queries = new ArrayList<>();
        list.forEach(query -> queries.add(query.asText()));
        if (queries.isEmpty() && single != null) {
            queries.add(single);
        }
        return List.copyOf(queries);
    }

    private static List<Source> sources(JsonNode list) {
        List<Source> sources = new ArrayList<>();
        for (JsonNode source : list) {
            String url = Json.textAt(source, "url");
            if (url != null) {
                sources.add(new Source(url, Json.textAt(source, "title")));
            }
        }
        return List.copyOf(sources);
    }
}
