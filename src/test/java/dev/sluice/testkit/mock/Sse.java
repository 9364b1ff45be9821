package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The frames of one stream, and which of them are its terminator. */
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

    /** A comment, or what a provider sends to show that it still lives. */
    Sse comment(String text) {
        return raw(": " + text + newline + newline);
    }

    Sse raw(String frame) {
        frames.add(frame);
        return this;
    }

    /** What is added from now on is what a cut stream lacks. */
    Sse terminates() {
        terminator = frames.size();
        return this;
    }

    Sse done() {
        return terminates().raw("data: [DONE]" + newline + newline);
    }

    /** The frame by which this provider says that a stream failed. */
    Sse failsBy(String frame) {
        error = frame;
        return this;
    }

    /** What is sent under this fault; null for none. */
    List<String> played(Fault.Kind fault) {
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
