package dev.sluice.protocol.codec;

import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the ids of a conversation's tool calls unique. Some providers name calls after the function, or count from 0 in
 * each response; Anthropic and Gemini refuse equal ids, and clients pair results by them.
 */
final class CallIds {

    private static final int MISTRAL_LENGTH = 9;

    /** The ids of the request's calls, and of the response's so far. */
    private final Set<String> taken = new HashSet<>();

    /** The last number that was added to each id. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private final ChatRequest request;

    CallIds(ChatRequest request) {
        boolean distinct = true;
        for (ChatMessage message : request.messages()) {
            if (message.role() == Role.ASSISTANT) {
                for (ContentPart part : message.parts()) {
                    distinct &=
                            !(part instanceof ContentPart.ToolCall call) || call.id() == null || taken.add(call.id());
                }
            }
        }
        this.request = distinct ? request : renamed(request);
    }

    /** The request with different ids for all calls; the same instance when they differ already. */
    ChatRequest request() {
        return request;
    }

    /** The id of the response's next call: another one if the conversation has it already. */
    String next(String id) {
        return id == null || taken.add(id) ? id : free(id);
    }

    /** The response with ids that the conversation does not have. */
    ChatResponse distinctIn(ChatResponse response) {
        List<ContentPart> parts = new ArrayList<>(response.parts().size());
        boolean changed = false;
        for (ContentPart part : response.parts()) {
            ContentPart distinct = part;
            if (part instanceof ContentPart.ToolCall call) {
                String id = next(call.id());
                distinct = id == call.id() ? call : withId(call, id);
            }
            changed |= distinct != part;
            parts.add(distinct);
        }
        return changed ? response.withParts(parts) : response;
    }

    private ChatRequest renamed(ChatRequest request) {
        List<ChatMessage> messages = new ArrayList<>(request.messages().size());
        Set<String> seen = new HashSet<>();
        // The new ids of the calls that wait for results, by the client's id. Results of equal ids come in the order of
        // their calls.
        Map<String, Deque<String>> waiting = new HashMap<>();
        Role previous = null;
        for (ChatMessage message : request.messages()) {
            if (message.role() == Role.ASSISTANT && previous != Role.ASSISTANT) {
                waiting.clear();
            }
            previous = message.role();
            if (message.role() != Role.ASSISTANT && message.role() != Role.TOOL) {
                messages.add(message);
                continue;
            }
            List<ContentPart> parts = new ArrayList<>(message.parts().size());
            for (ContentPart part : message.parts()) {
                parts.add(
                        switch (part) {
                            case ContentPart.ToolCall call
                            when call.id() != null -> {
                                String id = seen.add(call.id()) ? call.id() : free(call.id());
                                waiting.computeIfAbsent(call.id(), same -> new ArrayDeque<>())
                                        .add(id);
                                yield withId(call, id);
                            }
                            case ContentPart.ToolResult result -> {
                                Deque<String> ids = waiting.get(result.callId());
                                String id = ids == null || ids.isEmpty() ? result.callId() : ids.remove();
                                yield new ContentPart.ToolResult(
                                        id, result.content(), result.isError(), result.cache());
                            }
                            default -> part;
                        });
            }
            messages.add(new ChatMessage(message.role(), parts, message.name()));
        }
        return request.with(messages, request.tools(), request.toolChoice());
    }

    private String free(String id) {
        String free = id;
        while (!taken.add(free)) {
            free = numbered(id, String.valueOf(numbers.merge(id, 2, (number, first) -> number + 1)));
        }
        return free;
    }

    /** An id of letters and digits keeps its length: Mistral takes ids of nine of them only. */
    private static String numbered(String id, String number) {
        boolean plain = id.length() >= MISTRAL_LENGTH && id.chars().allMatch(CallIds::isLetterOrDigit);
        return plain ? id.substring(0, id.length() - number.length()) + number : id + "_" + number;
    }

    private static boolean isLetterOrDigit(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static ContentPart.ToolCall withId(ContentPart.ToolCall call, String id) {
        return new ContentPart.ToolCall(id, call.name(), call.arguments(), call.signature(), call.cache());
    }
}
