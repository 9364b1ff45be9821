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
 * Lays out a conversation as Anthropic demands it: instructions apart, user and assistant in turn, a user first, and
 * directly after each assistant's calls one result for every call.
 */
final class AnthropicMessageEncoder {

    private static final String USER = "user";
    private static final String ASSISTANT = "assistant";
    private static final String SYSTEM = "system";

    /** One message being made. */
    private record Message(String role, List<ObjectNode> blocks) {}

    private final boolean systemAnywhere;
    private final DroppedParameters dropped;
    private final AnthropicContentEncoder writer;
    private final PendingToolResults results;
    private final List<ObjectNode> system = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();

    AnthropicMessageEncoder(List<ChatMessage> turns, boolean systemAnywhere, DroppedParameters dropped) {
        this.systemAnywhere = systemAnywhere;
        this.dropped = dropped;
        this.writer = new AnthropicContentEncoder(new AnthropicToolIds(), dropped);
        this.results = new PendingToolResults(turns);
        int first = 0;
        while (first < turns.size() && isSystem(turns.get(first))) {
            texts(turns.get(first), system);
            first++;
        }
        layOut(turns, first);
        if (results.anyUnclaimed()) {
            dropped.dropped("messages.tool");
        }
        begin();
        trimEnd();
    }

    /** A further instruction, after the client's own. */
    void instruct(String instruction) {
        system.add(AnthropicContentEncoder.text(instruction, null));
    }

    /** Null when there is none, a text when it is just one, else blocks. */
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

    /** Whether the conversation ends with words of the assistant's for the model to go on from. */
    boolean endsWithPrefill() {
        Message last = messages.getLast();
        return last.role.equals(ASSISTANT) && isType(last.blocks.getLast(), "text");
    }

    /** Whether the model is in the middle of calling tools without the thinking that led there. */
    boolean loopsWithoutThinking() {
        if (messages.size() < 2 || !isType(messages.getLast().blocks.getFirst(), "tool_result")) {
            return false;
        }
        return messages.get(messages.size() - 2).blocks.stream().noneMatch(AnthropicMessageEncoder::isThinking);
    }

    private void layOut(List<ChatMessage> turns, int first) {
        Set<String> calls = new LinkedHashSet<>();
        for (int i = first; i < turns.size(); i++) {
            ChatMessage message = turns.get(i);
            if (message.name() != null) {
                dropped.dropped("messages.name");
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> instructLater(message, i + 1 < turns.size() ? turns.get(i + 1) : null);
                case USER -> {
                    List<ObjectNode> blocks = new ArrayList<>();
                    writer.write(message.parts(), blocks);
                    add(USER, blocks);
                }
                case ASSISTANT -> {
                    add(ASSISTANT, thinkingFirst(message));
                    results.calls(message, calls);
                    boolean more = i + 1 < turns.size() && turns.get(i + 1).role() == Role.ASSISTANT;
                    if (!more && !calls.isEmpty()) {
                        answer(calls, i);
                        calls.clear();
                    }
                }
                case TOOL -> {
                    // Its results stand where their calls are.
                }
            }
        }
    }

    private void answer(Set<String> calls, int after) {
        List<ContentPart> answers = new ArrayList<>();
        for (String call : calls) {
            ContentPart.ToolResult result = results.claim(call, after);
            if (result == null) {
                dropped.adjusted("messages.tool", "missing");
                result = new ContentPart.ToolResult(
                        call, List.of(ContentPart.Text.of("The tool gave no result.")), true, null);
            }
            answers.add(result);
        }
        List<ObjectNode> blocks = new ArrayList<>();
        writer.write(answers, blocks);
        add(USER, blocks);
    }

    /** In place where the model takes it there: after a user and before an assistant or the end; else as a user's. */
    private void instructLater(ChatMessage message, ChatMessage next) {
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
                dropped.dropped("messages.system");
            }
        }
    }

    private List<ObjectNode> thinkingFirst(ChatMessage message) {
        List<ObjectNode> blocks = new ArrayList<>();
        writer.write(message.parts(), blocks);
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

    private void begin() {
        if (messages.isEmpty() || !messages.getFirst().role.equals(USER)) {
            dropped.adjusted("messages.0", "user");
            messages.addFirst(new Message(USER, List.of(AnthropicContentEncoder.text(".", null))));
        }
    }

    /** Trailing white space on the assistant's last words is refused. */
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

    private static boolean isSystem(ChatMessage message) {
        return message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
    }

    private static boolean isThinking(ObjectNode block) {
        return isType(block, "thinking") || isType(block, "redacted_thinking");
    }

    private static boolean isType(ObjectNode block, String type) {
        return type.equals(Json.textAt(block, "type"));
    }
}
