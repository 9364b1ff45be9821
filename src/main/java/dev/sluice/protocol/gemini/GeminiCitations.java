package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where an answer comes from: grounding in a search, and passages recited. Google counts in bytes of UTF-8, citations
 * in characters.
 */
final class GeminiCitations {

    /** Each so many characters it is noted how many bytes came before: each citation asks, and the text may be long. */
    private static final int STEP = 1_024;

    private final StringBuilder text = new StringBuilder();
    private int[] marks = new int[8];
    private int marked;
    private int bytes;
    private final Set<String> cited = new HashSet<>();

    void said(String more) {
        for (int i = 0; i < more.length(); i++) {
            if (text.length() % STEP == 0) {
                mark();
            }
            text.append(more.charAt(i));
            bytes += size(more.charAt(i));
        }
    }

    void partEnded() {
        text.setLength(0);
        marked = 0;
        bytes = 0;
    }

    private void mark() {
        if (marked == marks.length) {
            marks = Arrays.copyOf(marks, 2 * marked);
        }
        marks[marked++] = bytes;
    }

    /** A streamed answer repeats its grounding; each source is cited once. */
    void cite(JsonNode candidate, Consumer<ResponseEvent> out) {
        grounding(candidate.path("groundingMetadata"), out);
        JsonNode recited = candidate.path("citationMetadata");
        for (JsonNode source : recited.path(recited.has("citationSources") ? "citationSources" : "citations")) {
            cite(Json.textAt(source, "uri"), Json.textAt(source, "title"), source, source, out);
        }
    }

    private void grounding(JsonNode metadata, Consumer<ResponseEvent> out) {
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

    private void chunk(JsonNode chunk, JsonNode segment, JsonNode raw, Consumer<ResponseEvent> out) {
        JsonNode place = chunk.path(chunk.has("web") ? "web" : "retrievedContext");
        cite(Json.textAt(place, "uri"), Json.textAt(place, "title"), segment, raw, out);
    }

    private void cite(String url, String title, JsonNode segment, JsonNode raw, Consumer<ResponseEvent> out) {
        if (url == null && title == null) {
            return;
        }
        ResponseLimits.parts(cited.size());
        int end = segment.path("endIndex").isInt()
                ? character(segment.get("endIndex").intValue())
                : -1;
        int start = end < 0 ? -1 : character((int) Json.countAt(segment, "startIndex"));
        if (cited.add(url + ' ' + title + ' ' + start + ' ' + end)) {
            out.accept(new ResponseEvent.CitationAdded(new Citation(url, title, start, end, GeminiProtocol.NAME, raw)));
        }
    }

    /** The character at a byte of the text's UTF-8; -1 when the text is shorter. */
    private int character(int byteAt) {
        if (byteAt < 0 || byteAt > bytes) {
            return -1;
        }
        if (byteAt == 0) {
            return 0;
        }
        int mark = Arrays.binarySearch(marks, 0, marked, byteAt);
        mark = mark < 0 ? -mark - 2 : mark;
        int at = mark * STEP;
        for (int passed = marks[mark]; passed < byteAt && at < text.length(); at++) {
            passed += size(text.charAt(at));
        }
        return at;
    }

    /** In UTF-8; half of a pair counts for half of its four bytes. */
    private static int size(char c) {
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
