package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A block of a streamed response and its deltas that are not written yet. */
final class PendingBlock {

    /** Text and thinking blocks stay open for further deltas of the same kind. */
    enum Kind {
        TEXT,
        THINKING,
        OTHER
    }

    /**
     * The frequent delta types. Only the text and the block's index differ between their events, so the rest is
     * precomputed.
     */
    static final class DeltaType {
        static final DeltaType TEXT = new DeltaType("text_delta", "text");
        static final DeltaType THINKING = new DeltaType("thinking_delta", "thinking");
        static final DeltaType SIGNATURE = new DeltaType("signature_delta", "signature");
        static final DeltaType INPUT = new DeltaType("input_json_delta", "partial_json");

        private final byte[] beforeText;

        private DeltaType(String type, String name) {
            this.beforeText = ascii(",\"delta\":{\"type\":\"" + type + "\",\"" + name + "\":");
        }
    }

    /** @param type null when the delta is a tree */
    private record Delta(DeltaType type, String text, ObjectNode tree) {}

    private static final String DELTA = "content_block_delta";
    private static final byte[] BEFORE_INDEX =
            ascii("event: " + DELTA + "\ndata: {\"type\":\"" + DELTA + "\",\"index\":");
    private static final byte[] AFTER_TEXT = ascii("}}\n\n");

    private final Kind kind;
    private ObjectNode start;
    private final List<Delta> deltas = new ArrayList<>();
    private boolean ended;

    PendingBlock(Kind kind) {
        this.kind = kind;
        if (kind == Kind.TEXT) {
            this.start = Json.object().put("type", "text").put("text", "");
            // Null would do for the API's description, but Anthropic's Java client adds later citations to it.
            start.putArray("citations");
        } else {
            this.start =
                    Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
        }
    }

    PendingBlock(ObjectNode start) {
        this.kind = Kind.OTHER;
        this.start = start;
    }

    Kind kind() {
        return kind;
    }

    void add(DeltaType type, String text) {
        deltas.add(new Delta(type, text, null));
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

    /** The {@code content_block} of the start event; null when it was taken before. */
    ObjectNode takeStart() {
        ObjectNode taken = start;
        start = null;
        return taken;
    }

    /** Writes the deltas added since the last call. */
    void writeDeltas(int index, EventBytes out) {
        for (Delta delta : deltas) {
            if (delta.type == null) {
                ObjectNode event = Json.object().put("type", DELTA).put("index", index);
                event.set("delta", delta.tree);
                out.event(DELTA, event);
            } else {
                out.raw(BEFORE_INDEX);
                out.number(index);
                out.raw(delta.type.beforeText);
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
