package dev.sluice.protocol.anthropic;

import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tool results of a conversation, by the call that each belongs to. */
final class PendingToolResults {

    /** @param message index of the message with the result */
    private record Waiting(int message, ContentPart.ToolResult result) {}

    private static final Deque<Waiting> NONE = new ArrayDeque<>(0);

    /** By the id of the call, in the order of the conversation. */
    private final Map<String, Deque<Waiting>> waiting = new HashMap<>();

    private int unclaimed;

    PendingToolResults(List<ChatMessage> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).role() == ChatMessage.Role.TOOL) {
                for (ContentPart part : messages.get(i).parts()) {
                    if (part instanceof ContentPart.ToolResult result) {
                        waiting.computeIfAbsent(result.callId(), id -> new ArrayDeque<>())
                                .add(new Waiting(i, result));
                        unclaimed++;
                    }
                }
            }
        }
    }

    /** Adds the ids of the message's tool calls, each once. */
    void addCallIds(ChatMessage message, Set<String> ids) {
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolCall call) {
                ids.add(call.id());
            }
        }
    }

    /**
     * Takes the first unclaimed result for the call after a message; null when there is none.
     *
     * @param after index of the message; never lower than in earlier claims
     */
    ContentPart.ToolResult claim(String call, int after) {
        Deque<Waiting> candidates = waiting.getOrDefault(call, NONE);
        while (!candidates.isEmpty()) {
            Waiting candidate = candidates.remove();
            if (candidate.message > after) {
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
