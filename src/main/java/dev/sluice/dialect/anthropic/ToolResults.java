package dev.sluice.dialect.anthropic;

import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The results of tools in a conversation, each waiting for the call that it belongs to. */
final class ToolResults {

    /** @param turn where it stands */
    private record Waiting(int turn, Part.ToolResult result) {}

    private final List<Waiting> waiting = new ArrayList<>();

    ToolResults(List<Turn> turns) {
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).role() == Turn.Role.TOOL) {
                for (Part part : turns.get(i).parts()) {
                    if (part instanceof Part.ToolResult result) {
                        waiting.add(new Waiting(i, result));
                    }
                }
            }
        }
    }

    /** Adds the ids of the turn's calls, each once. */
    void calls(Turn turn, List<String> ids) {
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolCall call && !ids.contains(call.id())) {
                ids.add(call.id());
            }
        }
    }

    /** The first result for the call that stands after the turn and nobody claimed; null when there is none. */
    Part.ToolResult claim(String call, int after) {
        for (int i = 0; i < waiting.size(); i++) {
            Waiting candidate = waiting.get(i);
            if (candidate.turn > after && Objects.equals(candidate.result.callId(), call)) {
                waiting.remove(i);
                return candidate.result;
            }
        }
        return null;
    }

    boolean anyUnclaimed() {
        return !waiting.isEmpty();
    }
}
