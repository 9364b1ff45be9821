package dev.sluice.dialect.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.dialect.Json;
import java.util.ArrayList;
import java.util.List;

/** A block of a streamed answer with what of it is not written yet. */
final class BlockToCome {

    /** Those that stay open for more of the same. */
    enum Kind {
        TEXT,
        THOUGHT,
        OTHER
    }

    private final Kind kind;
    private ObjectNode begin;
    private List<ObjectNode> deltas = new ArrayList<>();
    private boolean ended;

    BlockToCome(Kind kind) {
        this.kind = kind;
        this.begin = kind == Kind.TEXT
                ? Json.object().put("type", "text").put("text", "")
                : Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
    }

    BlockToCome(ObjectNode begin) {
        this.kind = Kind.OTHER;
        this.begin = begin;
    }

    Kind kind() {
        return kind;
    }

    void add(String type, String name, String value) {
        add(Json.object().put("type", type).put(name, value));
    }

    void add(ObjectNode delta) {
        deltas.add(delta);
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

    /** What it got since the last time. */
    List<ObjectNode> takeDeltas() {
        List<ObjectNode> taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }
}
