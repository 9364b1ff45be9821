package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * Removes thinking that another provider made from a request in Anthropic's format, whose bytes would otherwise pass:
 * Anthropic refuses a conversation with a signature that is not its own.
 */
final class ForeignThinking {

    private static final String MESSAGES = "messages";
    private static final byte[] ENABLED = ascii("enabled\"");
    private static final byte[][] THINKING = {ascii("thinking\""), ascii("redacted_thinking\"")};
    private static final byte[] TOOL_RESULT = ascii("tool_result\"");

    private ForeignThinking() {}

    /**
     * Whether a tool loop may have no thinking at all: a provider that does not think began it. Read only where the
     * request has a thinking budget.
     */
    static boolean mayBeMissing(ClientRequest request) {
        return ReasoningSeal.anyStringBegins(request, "thinking", ENABLED)
                && !ReasoningSeal.anyStringBegins(request, MESSAGES, THINKING)
                && ReasoningSeal.anyStringBegins(request, MESSAGES, TOOL_RESULT);
    }

    static void remove(ObjectNode body, DroppedParameters dropped) {
        if (!(body.get(MESSAGES) instanceof ArrayNode messages)) {
            return;
        }
        boolean removed = false;
        for (Iterator<JsonNode> rest = messages.iterator(); rest.hasNext(); ) {
            if (rest.next().get("content") instanceof ArrayNode content) {
                if (Json.removeIf(content, ForeignThinking::isForeign)) {
                    removed = true;
                    if (content.isEmpty()) {
                        rest.remove();
                    }
                }
            }
        }
        if (removed) {
            dropped.dropped("messages.thinking");
        } else if (hasThinking(messages)) {
            return;
        }
        boolean budget = "enabled".equals(Json.textAt(body.path("thinking"), "type"));
        if (budget && inToolLoopWithoutThinking(messages)) {
            // With a thinking budget Anthropic requires the thinking that started the tool loop.
            body.remove("thinking");
            dropped.adjusted("thinking", "off");
        }
    }

    private static boolean hasThinking(ArrayNode messages) {
        for (JsonNode message : messages) {
            if (hasBlock(message, "thinking") || hasBlock(message, "redacted_thinking")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isForeign(JsonNode block) {
        String type = Json.textAt(block, "type");
        return "thinking".equals(type) && ReasoningSeal.isForeign(Json.textAt(block, "signature"))
                || "redacted_thinking".equals(type) && ReasoningSeal.isForeign(Json.textAt(block, "data"));
    }

    private static boolean inToolLoopWithoutThinking(ArrayNode messages) {
        int last = messages.size() - 1;
        return last > 0
                && hasBlock(messages.get(last), "tool_result")
                && !hasBlock(messages.get(last - 1), "thinking")
                && !hasBlock(messages.get(last - 1), "redacted_thinking");
    }

    private static boolean hasBlock(JsonNode message, String type) {
        for (JsonNode block : message.path("content")) {
            if (type.equals(Json.textAt(block, "type"))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
