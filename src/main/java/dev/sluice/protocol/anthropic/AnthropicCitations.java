package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.util.List;

/** Converts citations: a web page, a search result, or a location in a document of the conversation. */
final class AnthropicCitations {

    private AnthropicCitations() {}

    static Citation read(JsonNode raw) {
        String url = Json.textAt(raw, "url");
        String source = Json.textAt(raw, "source");
        if (url == null && source != null && source.startsWith("http")) {
            url = source;
        }
        String title = Json.textAt(raw, "title");
        return new Citation(
                url, title == null ? Json.textAt(raw, "document_title") : title, -1, -1, AnthropicProtocol.NAME, raw);
    }

    /** Citations of another format become web search results if they have a URL. Returns null when none is left. */
    static ArrayNode write(List<Citation> citations, String text) {
        ArrayNode written = Json.array();
        for (Citation citation : citations) {
            if (citation.protocol().equals(AnthropicProtocol.NAME)) {
                written.add(citation.raw());
            } else if (citation.url() != null) {
                ObjectNode page = written.addObject().put("type", "web_search_result_location");
                page.put("url", citation.url());
                page.put("title", citation.title());
                page.put("encrypted_index", ReasoningSeal.UNSIGNED);
                page.put("cited_text", cited(citation, text));
            }
        }
        return written.isEmpty() ? null : written;
    }

    private static String cited(Citation citation, String text) {
        boolean within = citation.start() >= 0 && citation.start() <= citation.end() && citation.end() <= text.length();
        return within ? text.substring(citation.start(), citation.end()) : "";
    }
}
