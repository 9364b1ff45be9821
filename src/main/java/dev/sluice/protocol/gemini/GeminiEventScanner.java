package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;

/**
 * Scans one event of a passed-through stream, or a complete response, in one pass for its error, its usage and whether
 * it finishes a candidate. Reused for each event; finished candidates and the usage accumulate.
 */
final class GeminiEventScanner {

    private static final byte[] ERROR = bytes("error");
    private static final byte[] CANDIDATES = bytes("candidates");
    private static final byte[] USAGE = bytes("usageMetadata");
    private static final byte[] FEEDBACK = bytes("promptFeedback");
    private static final byte[] CONTENT = bytes("content");
    private static final byte[] PARTS = bytes("parts");
    private static final byte[] TEXT = bytes("text");
    private static final byte[] FINISH = bytes("finishReason");
    private static final byte[] INDEX = bytes("index");
    private static final byte[] GROUNDING = bytes("groundingMetadata");
    private static final byte[] BLOCK = bytes("blockReason");

    private static final int MOST_CANDIDATES = 64;

    private final JsonScanner json = new JsonScanner();
    private byte[] array;
    private boolean failed;
    private boolean blocked;
    private boolean content;
    private long seen;
    private long ended;
    private int searches;
    private Usage usage = Usage.UNKNOWN;

    /**
     * Reads the next event's data.
     *
     * @throws dev.sluice.protocol.json.MalformedJson when it is not one JSON document
     */
    void read(ByteSlice data) {
        array = data.array();
        json.reset(data);
        failed = json.peek() != '{';
        if (failed) {
            json.skip();
        } else {
            members();
        }
        json.finish();
    }

    /** Whether the event is no response: it has an error, or is no object. */
    boolean failed() {
        return failed;
    }

    /** Whether a candidate so far has a part with content or its end, or the prompt was blocked. */
    boolean hasContent() {
        return content || blocked || ended != 0;
    }

    /** Whether every candidate seen has finished, or the prompt was blocked. */
    boolean finished() {
        return blocked || seen != 0 && seen == ended;
    }

    Usage usage() {
        return searches == 0 ? usage : GeminiMappings.withSearches(usage, searches);
    }

    private void members() {
        json.enter();
        while (json.more()) {
            if (json.nameIs(ERROR)) {
                failed |= json.peek() != 'n';
                json.skip();
            } else if (json.nameIs(CANDIDATES) && json.peek() == '[') {
                json.enter();
                while (json.more()) {
                    candidate();
                }
            } else if (json.nameIs(USAGE)) {
                usageMetadata();
            } else if (json.nameIs(FEEDBACK) && json.peek() == '{') {
                feedback();
            } else {
                json.skip();
            }
        }
    }

    /** Candidates are told apart by their index, which Google leaves out for 0. */
    private void candidate() {
        if (json.peek() != '{') {
            json.skip();
            return;
        }
        long index = 0;
        boolean finishes = false;
        json.enter();
        while (json.more()) {
            boolean isIndex = json.nameIs(INDEX);
            boolean isFinish = json.nameIs(FINISH);
            boolean isGrounding = json.nameIs(GROUNDING);
            boolean isContent = !content && json.nameIs(CONTENT);
            boolean text = json.peek() == '"';
            int start = json.position();
            if (isContent) {
                content();
            } else {
                json.skip();
            }
            if (isIndex) {
                index = Math.min(MOST_CANDIDATES - 1, Json.wholeNumber(array, start, json.position()));
            }
            finishes |= isFinish && text;
            if (isGrounding) {
                int queries = tree(start).path("webSearchQueries").size();
                searches = Math.max(searches, queries);
            }
        }
        seen |= 1L << index;
        ended |= finishes ? 1L << index : 0;
    }

    private void content() {
        if (json.peek() != '{') {
            json.skip();
            return;
        }
        json.enter();
        while (json.more()) {
            if (json.nameIs(PARTS) && json.peek() == '[') {
                json.enter();
                while (json.more()) {
                    part();
                }
            } else {
                json.skip();
            }
        }
    }

    /** An empty text is no content. */
    private void part() {
        if (json.peek() != '{') {
            json.skip();
            return;
        }
        json.enter();
        while (json.more()) {
            boolean isText = json.nameIs(TEXT) && json.peek() == '"';
            int start = json.position();
            json.skip();
            content |= !isText || json.position() - start > 2;
        }
    }

    private void feedback() {
        json.enter();
        while (json.more()) {
            blocked |= json.nameIs(BLOCK) && json.peek() == '"';
            json.skip();
        }
    }

    private void usageMetadata() {
        json.peek();
        int start = json.position();
        json.skip();
        Usage read = GeminiMappings.usage(tree(start));
        usage = read.known() ? read : usage;
    }

    /** The value that the scanner has just skipped. */
    private JsonNode tree(int start) {
        JsonNode tree = Json.readOrNull(new ByteSlice(array, start, json.position() - start).toText());
        return tree == null ? Json.object() : tree;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
