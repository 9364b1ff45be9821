package dev.sluice.protocol.codec;

import dev.sluice.model.StableHash;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ToolRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of one request's tools at a provider that does not accept all of the client's: too long, or with other
 * characters. They are replaced by names that depend on the client's only, so that a conversation keeps them and prompt
 * caches work, and the client's names are restored in the response. Ids of calls that are too long are replaced as
 * well; only the history has them.
 */
final class ToolNames {

    /** Hexadecimal digits of the hash at the end of a replaced name or id. */
    private static final int HASH_DIGITS = 10;

    private final ToolRules rules;
    private final Map<String, String> replaced = new HashMap<>();
    private final Map<String, String> originals = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final ChatRequest accepted;
    private boolean idsReplaced;

    private ToolNames(ChatRequest request, ToolRules rules) {
        this.rules = rules;
        this.accepted = replaceIn(request);
    }

    /** Null when the provider accepts all names and ids of the request. */
    static ToolNames of(ChatRequest request, ToolRules rules) {
        return acceptsAll(request, rules) ? null : new ToolNames(request, rules);
    }

    /** The request with names and ids that the provider accepts. */
    ChatRequest accepted() {
        return accepted;
    }

    void report(DroppedParameters dropped) {
        if (!replaced.isEmpty()) {
            dropped.adjusted("tools.name", "shortened");
        }
        if (idsReplaced) {
            dropped.adjusted("messages.tool_calls.id", "shortened");
        }
    }

    /** The client's name of a tool. */
    String original(String name) {
        return originals.getOrDefault(name, name);
    }

    /** The response with the client's names. */
    ChatResponse restoreIn(ChatResponse response) {
        List<ContentPart> parts = new ArrayList<>(response.parts().size());
        for (ContentPart part : response.parts()) {
            parts.add(
                    part instanceof ContentPart.ToolCall call
                            ? new ContentPart.ToolCall(
                                    call.id(), original(call.name()), call.arguments(), call.signature(), call.cache())
                            : part);
        }
        return response.withParts(parts);
    }

    private static boolean acceptsAll(ChatRequest request, ToolRules rules) {
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Function function && !rules.accepts(function.name())) {
                return false;
            }
        }
        for (ChatMessage message : request.messages()) {
            if (message.role() != ChatMessage.Role.ASSISTANT && message.role() != ChatMessage.Role.TOOL) {
                continue;
            }
            for (ContentPart part : message.parts()) {
                boolean accepted = switch (part) {
                    case ContentPart.ToolCall call -> rules.accepts(call.name()) && fits(call.id(), rules);
                    case ContentPart.ToolResult result -> fits(result.callId(), rules);
                    default -> true;
                };
                if (!accepted) {
                    return false;
                }
            }
        }
        return true;
    }

    private ChatRequest replaceIn(ChatRequest request) {
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Function function && rules.accepts(function.name())) {
                taken.add(function.name());
            }
        }
        List<Tool> tools = new ArrayList<>(request.tools().size());
        for (Tool tool : request.tools()) {
            tools.add(tool instanceof Tool.Function function ? function.renamed(name(function.name())) : tool);
        }
        List<ChatMessage> messages = new ArrayList<>(request.messages().size());
        for (ChatMessage message : request.messages()) {
            messages.add(replaceIn(message));
        }
        ToolChoice choice = request.toolChoice();
        return request.with(
                messages,
                tools,
                choice == null || choice.name() == null ? choice : ToolChoice.named(name(choice.name())));
    }

    private ChatMessage replaceIn(ChatMessage message) {
        if (message.role() != ChatMessage.Role.ASSISTANT && message.role() != ChatMessage.Role.TOOL) {
            return message;
        }
        List<ContentPart> parts = new ArrayList<>(message.parts().size());
        for (ContentPart part : message.parts()) {
            parts.add(
                    switch (part) {
                        case ContentPart.ToolCall call ->
                            new ContentPart.ToolCall(
                                    id(call.id()), name(call.name()), call.arguments(), call.signature(), call.cache());
                        case ContentPart.ToolResult result ->
                            new ContentPart.ToolResult(
                                    id(result.callId()), result.content(), result.isError(), result.cache());
                        default -> part;
                    });
        }
        return new ChatMessage(message.role(), parts, message.name());
    }

    private String name(String name) {
        if (rules.accepts(name)) {
            return name;
        }
        return replaced.computeIfAbsent(name, this::replacement);
    }

    private String replacement(String name) {
        StringBuilder plain = new StringBuilder(name.length() + 1);
        if (rules.startsWithLetter() && (name.isEmpty() || !rules.mayStart(name.charAt(0)))) {
            plain.append('_');
        }
        for (int i = 0; i < name.length(); i++) {
            plain.append(rules.accepts(name.charAt(i)) ? name.charAt(i) : '_');
        }
        plain.setLength(Math.min(plain.length(), rules.nameLength() - HASH_DIGITS - 1));
        String free = plain + "_" + hash(name);
        for (int number = 2; !taken.add(free); number++) {
            free = plain + "_" + hash(name + number);
        }
        originals.put(free, name);
        return free;
    }

    /** Equal ids stay equal, so that a result keeps its call. */
    private String id(String id) {
        if (fits(id, rules)) {
            return id;
        }
        idsReplaced = true;
        return id.substring(0, rules.idLength() - HASH_DIGITS - 1) + "_" + hash(id);
    }

    private static boolean fits(String id, ToolRules rules) {
        return id == null || id.length() <= rules.idLength();
    }

    private static String hash(String text) {
        String digits = Long.toHexString(StableHash.mix(StableHash.of(text)));
        return ("0".repeat(16) + digits).substring(digits.length()).substring(0, HASH_DIGITS);
    }
}
