package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.model.chat.Turn.Role;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Receipts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Lays out a conversation as Anthropic demands it: instructions apart, user and assistant in turn, a user first, and
 * directly after each assistant's calls one result for every call.
 */
final class Conversation {

    private static final String USER = "user";
    private static final String ASSISTANT = "assistant";
    private static final String SYSTEM = "system";

    /** One message being made. */
    private record Message(String role, List<ObjectNode> blocks) {}

    private final boolean systemAnywhere;
    private final Receipts receipts;
    private final PartWriter writer;
    private final ToolResults results;
    private final List<ObjectNode> system = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();

    Conversation(List<Turn> turns, boolean systemAnywhere, Receipts receipts) {
        this.systemAnywhere = systemAnywhere;
        this.receipts = receipts;
        this.writer = new PartWriter(new ToolIds(), receipts);
        this.results = new ToolResults(turns);
        int first = 0;
        while (first < turns.size() && isSystem(turns.get(first))) {
            texts(turns.get(first), system);
            first++;
        }
        layOut(turns, first);
        if (results.anyUnclaimed()) {
            receipts.dropped("messages.tool");
        }
        begin();
        trimEnd();
    }

    /** A further instruction, after the client's own. */
    void instruct(String instruction) {
        system.add(PartWriter.text(instruction, null));
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
        return messages.get(messages.size() - 2).blocks.stream().noneMatch(Conversation::isThinking);
    }

    private void layOut(List<Turn> turns, int first) {
        Set<String> calls = new LinkedHashSet<>();
        for (int i = first; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            if (turn.name() != null) {
                receipts.dropped("messages.name");
            }
            switch (turn.role()) {
                case SYSTEM, DEVELOPER -> instructLater(turn, i + 1 < turns.size() ? turns.get(i + 1) : null);
                case USER -> {
                    List<ObjectNode> blocks = new ArrayList<>();
                    writer.write(turn.parts(), blocks);
                    add(USER, blocks);
                }
                case ASSISTANT -> {
                    add(ASSISTANT, thinkingFirst(turn));
                    results.calls(turn, calls);
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
        List<Part> answers = new ArrayList<>();
        for (String call : calls) {
            Part.ToolResult result = results.claim(call, after);
            if (result == null) {
                receipts.adjusted("messages.tool", "missing");
                result = new Part.ToolResult(call, List.of(Part.Text.of("The tool gave no result.")), true, null);
            }
            answers.add(result);
        }
        List<ObjectNode> blocks = new ArrayList<>();
        writer.write(answers, blocks);
        add(USER, blocks);
    }

    /** In place where the model takes it there: after a user and before an assistant or the end; else as a user's. */
    private void instructLater(Turn turn, Turn next) {
        List<ObjectNode> blocks = new ArrayList<>();
        texts(turn, blocks);
        boolean afterUser = !messages.isEmpty() && messages.getLast().role.equals(USER);
        if (systemAnywhere && afterUser && (next == null || next.role() == Role.ASSISTANT)) {
            add(SYSTEM, blocks);
        } else if (!blocks.isEmpty()) {
            receipts.renamed("messages.system", "messages.user");
            add(USER, blocks);
        }
    }

    private void texts(Turn turn, List<ObjectNode> blocks) {
        for (Part part : turn.parts()) {
            if (part instanceof Part.Text text) {
                ObjectNode block = PartWriter.text(text.text(), text.cache());
                if (block != null) {
                    blocks.add(block);
                }
            } else {
                receipts.dropped("messages.system");
            }
        }
    }

    private List<ObjectNode> thinkingFirst(Turn turn) {
        List<ObjectNode> blocks = new ArrayList<>();
        writer.write(turn.parts(), blocks);
        if (blocks.isEmpty() || isThinking(blocks.getFirst())) {
            return blocks;
        }
        List<ObjectNode> ordered = new ArrayList<>();
        blocks.stream().filter(Conversation::isThinking).forEach(ordered::add);
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
            receipts.adjusted("messages.0", "user");
            messages.addFirst(new Message(USER, List.of(PartWriter.text(".", null))));
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

    private static boolean isSystem(Turn turn) {
        return turn.role() == Role.SYSTEM || turn.role() == Role.DEVELOPER;
    }

    private static boolean isThinking(ObjectNode block) {
        return isType(block, "thinking") || isType(block, "redacted_thinking");
    }

    private static boolean isType(ObjectNode block, String type) {
        return type.equals(Json.textAt(block, "type"));
    }
}
