package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Encodes a conversation in the order that Anthropic requires: system instructions separate, user and assistant
 * alternating, a user message first, and one result for each tool call directly after the assistant message with the
 * calls.
 */
final class AnthropicMessageEncoder {

    private static final String USER = "user";
    private static final String ASSISTANT = "assistant";
    private static final String SYSTEM = "system";

    /** A message under construction. */
    private record Message(String role, List<ObjectNode> blocks) {}

    private final boolean systemAnywhere;
    private final DroppedParameters dropped;
    private final AnthropicContentEncoder contentEncoder;
    private final PendingToolResults results;
    private final List<ObjectNode> system = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();

    AnthropicMessageEncoder(List<ChatMessage> conversation, boolean systemAnywhere, DroppedParameters dropped) {
        this.systemAnywhere = systemAnywhere;
        this.dropped = dropped;
        this.contentEncoder = new AnthropicContentEncoder(new AnthropicToolIds(), dropped);
        this.results = new PendingToolResults(conversation);
        int first = 0;
        while (first < conversation.size() && conversation.get(first).isInstruction()) {
            texts(conversation.get(first), system);
            first++;
        }
        encodeMessages(conversation, first);
        if (results.anyUnclaimed()) {
            dropped.lost("messages.tool");
        }
        ensureUserFirst();
        trimEnd();
    }

    /** Adds an instruction after the client's own. */
    void addInstruction(String instruction) {
        system.add(AnthropicContentEncoder.text(instruction, null));
    }

    /** The system prompt: null when there is none, a string for a single text, else blocks. */
    JsonNode system() {
        return system.isEmpty() ? null : content(system);
    }

    ArrayNode messages() {
        ArrayNode written = Json.array();
        for (Message message : messages) {
            written.addObject().put("role", message.role).set("content", content(message.blocks));
        }
        return written;
    }

    /** Whether the conversation ends with assistant text, which the model continues. */
    boolean endsWithPrefill() {
        Message last = messages.getLast();
        return last.role.equals(ASSISTANT) && isType(last.blocks.getLast(), "text");
    }

    /** Whether the conversation ends in a tool loop whose assistant message has no thinking. */
    boolean inToolLoopWithoutThinking() {
        if (messages.size() < 2 || !isType(messages.getLast().blocks.getFirst(), "tool_result")) {
            return false;
        }
        return messages.get(messages.size() - 2).blocks.stream().noneMatch(AnthropicMessageEncoder::isThinking);
    }

    private void encodeMessages(List<ChatMessage> conversation, int first) {
        Set<String> calls = new LinkedHashSet<>();
        for (int i = first; i < conversation.size(); i++) {
            ChatMessage message = conversation.get(i);
            if (message.name() != null) {
                dropped.dropped("messages.name");
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER ->
                    laterInstruction(message, i + 1 < conversation.size() ? conversation.get(i + 1) : null);
                case USER -> {
                    List<ObjectNode> blocks = new ArrayList<>();
                    contentEncoder.encode(message.parts(), blocks);
                    if (blocks.isEmpty()) {
                        // Left out, it would make the assistant's message before it the beginning of the response.
                        dropped.adjusted("messages." + i, "user");
                        blocks.add(AnthropicContentEncoder.text(".", null));
                    }
                    add(USER, blocks);
                }
                case ASSISTANT -> {
                    add(ASSISTANT, thinkingFirst(message));
                    results.addCallIds(message, calls);
                    boolean more = i + 1 < conversation.size()
                            && conversation.get(i + 1).role() == Role.ASSISTANT;
                    if (!more && !calls.isEmpty()) {
                        addToolResults(calls, i);
                        calls.clear();
                    }
                }
                case TOOL -> {
                    // Results are written directly after their calls.
                }
            }
        }
    }

    private void addToolResults(Set<String> calls, int after) {
        List<ContentPart> found = new ArrayList<>();
        for (String call : calls) {
            ContentPart.ToolResult result = results.claim(call, after);
            if (result == null) {
                dropped.adjusted("messages.tool", "missing");
                result = new ContentPart.ToolResult(
                        call, List.of(ContentPart.Text.of("The tool gave no result.")), true, null);
            }
            found.add(result);
        }
        List<ObjectNode> blocks = new ArrayList<>();
        contentEncoder.encode(found, blocks);
        add(USER, blocks);
    }

    /**
     * A later instruction keeps its position if the model accepts it there: after a user message and before an
     * assistant message or the end. Otherwise it becomes a user message.
     */
    private void laterInstruction(ChatMessage message, ChatMessage next) {
        List<ObjectNode> blocks = new ArrayList<>();
        texts(message, blocks);
        boolean afterUser = !messages.isEmpty() && messages.getLast().role.equals(USER);
        if (systemAnywhere && afterUser && (next == null || next.role() == Role.ASSISTANT)) {
            add(SYSTEM, blocks);
        } else if (!blocks.isEmpty()) {
            dropped.renamed("messages.system", "messages.user");
            add(USER, blocks);
        }
    }

    private void texts(ChatMessage message, List<ObjectNode> blocks) {
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Text text) {
                ObjectNode block = AnthropicContentEncoder.text(text.text(), text.cache());
                if (block != null) {
                    blocks.add(block);
                }
            } else {
                dropped.lost("messages.system");
            }
        }
    }

    private List<ObjectNode> thinkingFirst(ChatMessage message) {
        List<ObjectNode> blocks = new ArrayList<>();
        contentEncoder.encode(message.parts(), blocks);
        if (blocks.isEmpty() || isThinking(blocks.getFirst())) {
            return blocks;
        }
        List<ObjectNode> ordered = new ArrayList<>();
        blocks.stream().filter(AnthropicMessageEncoder::isThinking).forEach(ordered::add);
        blocks.stream().filter(block -> !isThinking(block)).forEach(ordered::add);
        return ordered;
    }

    private void add(String role, List<ObjectNode> blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        if (!messages.isEmpty() && messages.getLast().role.equals(role)) {
            messages.getLast().blocks.addAll(blocks);
        } else {
            messages.add(new Message(role, new ArrayList<>(blocks)));
        }
    }

    private void ensureUserFirst() {
        if (messages.isEmpty() || !messages.getFirst().role.equals(USER)) {
            dropped.adjusted("messages.0", "user");
            messages.addFirst(new Message(USER, List.of(AnthropicContentEncoder.text(".", null))));
        }
    }

    /** Anthropic rejects trailing white space in the final assistant text. */
    private void trimEnd() {
        if (endsWithPrefill()) {
            ObjectNode last = messages.getLast().blocks.getLast();
            last.put("text", last.get("text").textValue().stripTrailing());
        }
    }

    private static JsonNode content(List<ObjectNode> blocks) {
        if (blocks.size() == 1
                && isType(blocks.getFirst(), "text")
                && blocks.getFirst().size() == 2) {
            return blocks.getFirst().get("text");
        }
        return Json.array().addAll(blocks);
    }

    private static boolean isThinking(ObjectNode block) {
        return isType(block, "thinking") || isType(block, "redacted_thinking");
    }

    private static boolean isType(ObjectNode block, String type) {
        return type.equals(Json.textAt(block, "type"));
    }
}
