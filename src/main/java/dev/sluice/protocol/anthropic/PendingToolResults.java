package dev.sluice.protocol.anthropic;

import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The results of tools in a conversation, each waiting for the call that it belongs to. */
final class PendingToolResults {

    /** @param turn where it stands */
    private record Waiting(int turn, ContentPart.ToolResult result) {}

    private static final Deque<Waiting> NONE = new ArrayDeque<>(0);

    /** By the id of the call, in the order of the conversation. */
    private final Map<String, Deque<Waiting>> waiting = new HashMap<>();

    private int unclaimed;

    PendingToolResults(List<ChatMessage> turns) {
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).role() == ChatMessage.Role.TOOL) {
                for (ContentPart part : turns.get(i).parts()) {
                    if (part instanceof ContentPart.ToolResult result) {
                        waiting.computeIfAbsent(result.callId(), id -> new ArrayDeque<>())
                                .add(new Waiting(i, result));
                        unclaimed++;
                    }
                }
            }
        }
    }

    /** Adds the ids of the turn's calls, each once. */
    void calls(ChatMessage message, Set<String> ids) {
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolCall call) {
                ids.add(call.id());
            }
        }
    }

    /**
     * The first result for the call that stands after the turn and nobody claimed; null when there is none.
     *
     * @param after at least that of the claims before
     */
    ContentPart.ToolResult claim(String call, int after) {
        Deque<Waiting> candidates = waiting.getOrDefault(call, NONE);
        while (!candidates.isEmpty()) {
            Waiting candidate = candidates.remove();
            if (candidate.turn > after) {
                unclaimed--;
                return candidate.result;
            }
        }
        return null;
    }

    boolean anyUnclaimed() {
        return unclaimed > 0;
    }
}
