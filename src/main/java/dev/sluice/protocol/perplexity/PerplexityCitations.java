package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Citation;
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
 * The search results an answer rests on. A text cites them by annotations of its own, or else by their numbers in
 * brackets; results that no text cites belong to the last one.
 */
final class PerplexityCitations {

    private static final Pattern MARK = Pattern.compile("\\[(?:web:)?(\\d{1,6})]");

    private final Map<String, JsonNode> results = new LinkedHashMap<>();
    private final Set<String> cited = new HashSet<>();
    private final Set<String> citedUrls = new HashSet<>();

    /** Takes an array of results; those seen before are the same. */
    void add(JsonNode found) {
        for (JsonNode result : found) {
            String id = id(result);
            if (id != null && Json.textAt(result, "url") != null) {
                results.putIfAbsent(id, result);
            }
        }
    }

    /** @param annotations as the text came with them, perhaps none */
    List<Citation> of(String text, JsonNode annotations) {
        List<Citation> citations = new ArrayList<>();
        for (JsonNode annotation : annotations) {
            String url = Json.textAt(annotation, "url");
            if (url != null) {
                citations.add(citation(annotation, place(annotation, "start_index"), place(annotation, "end_index")));
                citedUrls.add(url);
            }
        }
        if (!citations.isEmpty()) {
            return citations;
        }
        Matcher mark = MARK.matcher(text);
        while (!results.isEmpty() && mark.find()) {
            JsonNode result = results.get(mark.group(1));
            if (result != null) {
                cited.add(mark.group(1));
                citations.add(citation(result, mark.start(), mark.end()));
            }
        }
        return citations;
    }

    /** The results that nothing cited, once. */
    List<Citation> rest() {
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

    private static int place(JsonNode annotation, String member) {
        JsonNode place = annotation.get(member);
        return place == null || !place.canConvertToInt() || place.intValue() < 0 ? -1 : place.intValue();
    }
}
