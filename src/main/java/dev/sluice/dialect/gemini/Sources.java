package dev.sluice.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.dialect.AnswerBounds;
import dev.sluice.dialect.Json;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.Citation;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where an answer comes from: grounding in a search, and passages recited. Google counts in bytes of UTF-8, citations
 * in characters.
 */
final class Sources {

    private final StringBuilder text = new StringBuilder();
    private final Set<String> cited = new HashSet<>();

    void said(String more) {
        text.append(more);
    }

    void partEnded() {
        text.setLength(0);
    }

    /** A streamed answer repeats its grounding; each source is cited once. */
    void cite(JsonNode candidate, Consumer<AnswerEvent> out) {
        grounding(candidate.path("groundingMetadata"), out);
        JsonNode recited = candidate.path("citationMetadata");
        for (JsonNode source : recited.path(recited.has("citationSources") ? "citationSources" : "citations")) {
            cite(Json.textAt(source, "uri"), Json.textAt(source, "title"), source, source, out);
        }
    }

    private void grounding(JsonNode metadata, Consumer<AnswerEvent> out) {
        JsonNode chunks = metadata.path("groundingChunks");
        JsonNode supports = metadata.path("groundingSupports");
        for (JsonNode support : supports) {
            for (JsonNode index : support.path("groundingChunkIndices")) {
                if (index.isInt()) {
                    chunk(chunks.path(index.intValue()), support.path("segment"), support, out);
                }
            }
        }
        if (supports.isEmpty()) {
            chunks.forEach(chunk -> chunk(chunk, Json.object(), chunk, out));
        }
    }

    private void chunk(JsonNode chunk, JsonNode segment, JsonNode raw, Consumer<AnswerEvent> out) {
        JsonNode place = chunk.path(chunk.has("web") ? "web" : "retrievedContext");
        cite(Json.textAt(place, "uri"), Json.textAt(place, "title"), segment, raw, out);
    }

    private void cite(String url, String title, JsonNode segment, JsonNode raw, Consumer<AnswerEvent> out) {
        if (url == null && title == null) {
            return;
        }
        AnswerBounds.parts(cited.size());
        int end = segment.path("endIndex").isInt()
                ? character(segment.get("endIndex").intValue())
                : -1;
        int start = end < 0 ? -1 : character((int) Json.countAt(segment, "startIndex"));
        if (cited.add(url + ' ' + title + ' ' + start + ' ' + end)) {
            out.accept(new AnswerEvent.Cited(new Citation(url, title, start, end, Gemini.NAME, raw)));
        }
    }

    /** The character at a byte of the text's UTF-8; -1 when the text is shorter. */
    private int character(int bytes) {
        int at = 0;
        int passed = 0;
        while (passed < bytes && at < text.length()) {
            int point = Character.codePointAt(text, at);
            passed += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            at += Character.charCount(point);
        }
        return bytes < 0 || passed < bytes ? -1 : at;
    }
}
