package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects the search results of a response and assigns them to texts as citations: by the text's annotations, or else
 * by result numbers in brackets. Uncited results belong to the last text.
 */
final class PerplexityCitations {

    /** The type of an item with the results of a search. */
    static final String SEARCH = "search_results";

    private static final Pattern REFERENCE = Pattern.compile("\\[(?:web:)?(\\d{1,6})]");

    private final Map<String, JsonNode> results = new LinkedHashMap<>();
    private final Set<String> cited = new HashSet<>();
    private final Set<String> citedUrls = new HashSet<>();

    /** Adds an array of results; known ids are ignored. False when it has no other ones. */
    boolean add(JsonNode found) {
        boolean added = false;
        for (JsonNode result : found) {
            String id = id(result);
            if (id != null && Json.textAt(result, "url") != null) {
                added |= results.putIfAbsent(id, result) == null;
            }
        }
        return added;
    }

    /** A search as a part of the response. Events and items have the same members. */
    static ContentPart.Native search(JsonNode queries, JsonNode found) {
        ObjectNode block = Json.object().put("type", SEARCH);
        block.set("queries", queries.isArray() ? queries : Json.array());
        block.set("results", found);
        return new ContentPart.Native(PerplexityProtocol.NAME, block);
    }

    /** @param annotations the annotations of the text, may be empty */
    List<Citation> of(String text, JsonNode annotations) {
        List<Citation> citations = new ArrayList<>();
        for (JsonNode annotation : annotations) {
            String url = Json.textAt(annotation, "url");
            if (url != null) {
                citations.add(citation(annotation, index(annotation, "start_index"), index(annotation, "end_index")));
                citedUrls.add(url);
            }
        }
        if (!citations.isEmpty()) {
            return citations;
        }
        Matcher reference = REFERENCE.matcher(text);
        while (!results.isEmpty() && reference.find()) {
            JsonNode result = results.get(reference.group(1));
            if (result != null) {
                cited.add(reference.group(1));
                citations.add(citation(result, reference.start(), reference.end()));
            }
        }
        return citations;
    }

    /** The uncited results; each is returned once. */
    List<Citation> uncited() {
        List<Citation> citations = new ArrayList<>();
        results.forEach((id, result) -> {
            if (cited.add(id) && !citedUrls.contains(Json.textAt(result, "url"))) {
                citations.add(citation(result, -1, -1));
            }
        });
        return citations;
    }

    private static Citation citation(JsonNode raw, int start, int end) {
        return new Citation(
                Json.textAt(raw, "url"), Json.textAt(raw, "title"), start, end, PerplexityProtocol.NAME, raw);
    }

    private static String id(JsonNode result) {
        JsonNode id = result.get("id");
        return id == null || !id.isTextual() && !id.isIntegralNumber() ? null : id.asText();
    }

    private static int index(JsonNode annotation, String member) {
        JsonNode index = annotation.get(member);
        return index == null || !index.canConvertToInt() || index.intValue() < 0 ? -1 : index.intValue();
    }
}
