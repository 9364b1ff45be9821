package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A block of a streamed answer with what of it is not written yet. */
final class PendingBlock {

    /** Those that stay open for more of the same. */
    enum Kind {
        TEXT,
        THOUGHT,
        OTHER
    }

    /** The deltas that come by the hundred: all of an event but its text and the block's number never changes. */
    static final class Word {
        static final Word TEXT = new Word("text_delta", "text");
        static final Word THOUGHT = new Word("thinking_delta", "thinking");
        static final Word SIGNATURE = new Word("signature_delta", "signature");
        static final Word INPUT = new Word("input_json_delta", "partial_json");

        private final byte[] beforeText;

        private Word(String type, String name) {
            this.beforeText = ascii(",\"delta\":{\"type\":\"" + type + "\",\"" + name + "\":");
        }
    }

    /** @param word null when the delta is a tree */
    private record Delta(Word word, String text, ObjectNode tree) {}

    private static final String DELTA = "content_block_delta";
    private static final byte[] BEFORE_INDEX =
            ascii("event: " + DELTA + "\ndata: {\"type\":\"" + DELTA + "\",\"index\":");
    private static final byte[] AFTER_TEXT = ascii("}}\n\n");

    private final Kind kind;
    private ObjectNode begin;
    private final List<Delta> deltas = new ArrayList<>();
    private boolean ended;

    PendingBlock(Kind kind) {
        this.kind = kind;
        this.begin = kind == Kind.TEXT
                ? Json.object().put("type", "text").put("text", "")
                : Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
    }

    PendingBlock(ObjectNode begin) {
        this.kind = Kind.OTHER;
        this.begin = begin;
    }

    Kind kind() {
        return kind;
    }

    void add(Word word, String text) {
        deltas.add(new Delta(word, text, null));
    }

    void add(ObjectNode delta) {
        deltas.add(new Delta(null, null, delta));
    }

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    /** What it begins with, once. */
    ObjectNode takeBegin() {
        ObjectNode taken = begin;
        begin = null;
        return taken;
    }

    /** Writes what it got since the last time. */
    void writeDeltas(int index, EventBytes out) {
        for (Delta delta : deltas) {
            if (delta.word == null) {
                ObjectNode event = Json.object().put("type", DELTA).put("index", index);
                event.set("delta", delta.tree);
                out.event(DELTA, event);
            } else {
                out.raw(BEFORE_INDEX);
                out.number(index);
                out.raw(delta.word.beforeText);
                out.quoted(delta.text);
                out.raw(AFTER_TEXT);
            }
        }
        deltas.clear();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
