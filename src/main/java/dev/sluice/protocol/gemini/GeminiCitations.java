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
 * Decodes citations: search grounding and recited passages. Gemini's offsets are UTF-8 bytes; citations count
 * characters.
 */
final class GeminiCitations {

    /**
     * Every this many characters the byte offset is recorded, so that a citation in a long text is found without a scan
     * from its start.
     */
    private static final int STEP = 1_024;

    private final StringBuilder text = new StringBuilder();
    private int[] marks = new int[8];
    private int marked;
    private int bytes;
    private final Set<String> cited = new HashSet<>();

    void append(String more) {
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

    /** A streamed response repeats its grounding; each source is cited once. */
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
        JsonNode source = chunk.path(chunk.has("web") ? "web" : "retrievedContext");
        cite(Json.textAt(source, "uri"), Json.textAt(source, "title"), segment, raw, out);
    }

    private void cite(String url, String title, JsonNode segment, JsonNode raw, Consumer<ResponseEvent> out) {
        if (url == null && title == null) {
            return;
        }
        ResponseLimits.checkParts(cited.size());
        int end = segment.path("endIndex").isInt()
                ? character(segment.get("endIndex").intValue())
                : -1;
        int start = end < 0 ? -1 : character((int) Json.countAt(segment, "startIndex"));
        // By Gemini's own offsets: those in characters change when the text's part has ended.
        if (cited.add(url
                + ' '
                + title
                + ' '
                + segment.get("partIndex")
                + ' '
                + segment.get("startIndex")
                + ' '
                + segment.get("endIndex"))) {
            out.accept(new ResponseEvent.CitationAdded(new Citation(url, title, start, end, GeminiProtocol.NAME, raw)));
        }
    }

    /** The character index of a UTF-8 byte offset; -1 when the text is shorter. */
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

    /** Size in UTF-8 bytes; a surrogate counts as half of its four-byte character. */
    private static int size(char c) {
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
