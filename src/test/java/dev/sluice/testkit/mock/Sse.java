package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The events of one stream, with its terminator marked. */
final class Sse {

    private final List<String> frames = new ArrayList<>();
    private final String newline;
    private int terminator = -1;
    private String error = "";

    Sse() {
        this("\n");
    }

    Sse(String newline) {
        this.newline = newline;
    }

    Sse event(String name, JsonObject data) {
        return raw("event: " + name + newline + "data: " + data.encode() + newline + newline);
    }

    Sse data(JsonObject data) {
        return raw("data: " + data.encode() + newline + newline);
    }

    /** Adds a comment, which providers send as a keep-alive. */
    Sse comment(String text) {
        return raw(": " + text + newline + newline);
    }

    Sse raw(String frame) {
        frames.add(frame);
        return this;
    }

    /** Begins the terminator: frames added from here on are missing in a cut stream. */
    Sse beginTerminator() {
        terminator = frames.size();
        return this;
    }

    Sse done() {
        return beginTerminator().raw("data: [DONE]" + newline + newline);
    }

    /** Sets the frame by which this provider reports an error in a stream. */
    Sse errorFrame(String frame) {
        error = frame;
        return this;
    }

    /** The frames sent under a fault; null means no fault. */
    List<String> framesUnder(MockFault.Kind fault) {
        List<String> half = frames.subList(0, Math.min(terminator, terminator / 2 + 1));
        List<String> played = new ArrayList<>(frames);
        if (fault == null) {
            return played;
        }
        switch (fault) {
            case CUT, HANG -> played = new ArrayList<>(half);
            case MISSING_TERMINATOR -> played = new ArrayList<>(frames.subList(0, terminator));
            case MALFORMED_EVENT -> played.add(half.size(), "data: {\"broken\": " + newline + newline);
            case ERROR_EVENT -> {
                played = new ArrayList<>(half);
                played.add(error);
            }
            case ERROR_IN_200 -> played = List.of(error);
            default -> {}
        }
        return played;
    }
}
