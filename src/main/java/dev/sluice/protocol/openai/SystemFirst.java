package dev.sluice.protocol.openai;

import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation whose only system message is the first message. The chat templates of many open models fail on any
 * other ("System message must be at the beginning", Qwen; "roles must alternate", Gemma and Mistral), and agents send
 * them: Claude Code after its prompt, Codex one after the other.
 */
final class SystemFirst {

    private SystemFirst() {}

    /**
     * Joins the system messages at the beginning. A later one becomes text of the user where it is, in the message of
     * the user beside it if there is one: at the front it would change the beginning of every later request, which
     * providers cache.
     *
     * @return the same list when there is nothing to change
     */
    static List<ChatMessage> of(List<ChatMessage> conversation, DroppedParameters dropped) {
        int leading = 0;
        while (leading < conversation.size() && conversation.get(leading).isInstruction()) {
            leading++;
        }
        List<ChatMessage> rest = conversation.subList(leading, conversation.size());
        boolean later = rest.stream().anyMatch(ChatMessage::isInstruction);
        if (leading < 2 && !later) {
            return conversation;
        }
        List<ChatMessage> changed = new ArrayList<>(conversation.size());
        conversation.subList(0, leading).forEach(message -> append(Role.SYSTEM, message, changed));
        boolean instruction = false;
        for (ChatMessage message : rest) {
            boolean afterInstruction = instruction;
            instruction = message.isInstruction();
            if (instruction) {
                dropped.renamed("messages.system", "messages.user");
            }
            if (instruction || afterInstruction && message.role() == Role.USER) {
                append(Role.USER, message, changed);
            } else {
                changed.add(message);
            }
        }
        return changed;
    }

    /** Adds the message in that role, to the message before it if that has the same role. */
    private static void append(Role role, ChatMessage message, List<ChatMessage> changed) {
        if (changed.isEmpty() || changed.getLast().role() != role) {
            changed.add(new ChatMessage(role, message.parts(), message.name()));
            return;
        }
        ChatMessage before = changed.removeLast();
        List<ContentPart> parts = new ArrayList<>(before.parts());
        parts.addAll(message.parts());
        changed.add(new ChatMessage(role, parts, before.name()));
    }
}
