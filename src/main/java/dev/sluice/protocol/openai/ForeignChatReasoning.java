package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant;
import dev.sluice.model.ClientRequest;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ReasoningSeal;
import dev.sluice.protocol.spi.UpstreamModel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.regex.Pattern;

/**
 * Removes reasoning that another provider made from a Chat Completions request whose bytes would otherwise pass. OpenAI
 * and other strict providers refuse a message with a member that they do not know.
 */
final class ForeignChatReasoning {

    private static final String MESSAGES = "messages";
    private static final String DETAILS = "reasoning_details";
    private static final String EXTRA = "extra_content";
    private static final String[] TEXTS = {"reasoning_content", "reasoning"};

    /** How the keys of reasoning and of Google's signature begin. */
    private static final byte[][] MARKS = {ascii("reasoning"), ascii("extra_content\"")};

    /** Models of OpenAI return no reasoning in Chat Completions, at whichever provider. Its open models do. */
    private static final Pattern HIDES_REASONING = Pattern.compile("(?:.*[/:])?(?:gpt-(?!oss)|chatgpt|codex|o[1-9]).*");

    private static final Pattern GEMINI = Pattern.compile("(?:.*/)?gemini-.*");

    private final ChatVariant variant;
    private final boolean takesAny;
    private final boolean takesSignatures;
    private final DroppedParameters dropped;

    ForeignChatReasoning(UpstreamModel target, DroppedParameters dropped) {
        this.variant = target.variant();
        this.takesAny = takesAny(target);
        this.takesSignatures = variant.thoughtSignatures()
                || variant.anyReasoning() && GEMINI.matcher(target.model()).matches();
        this.dropped = dropped;
    }

    /** The member of an assistant's message in which the provider may get the text of its reasoning back, or null. */
    static String textMember(UpstreamModel target) {
        String own = target.variant().reasoningMember();
        return own == null && takesAny(target) ? TEXTS[0] : own;
    }

    private static boolean takesAny(UpstreamModel target) {
        return target.variant().anyReasoning()
                && !HIDES_REASONING.matcher(target.model()).matches();
    }

    static boolean mayBeIn(ClientRequest request) {
        return ReasoningSeal.anyStringBegins(request, MESSAGES, MARKS);
    }

    void remove(ObjectNode body) {
        if (!(body.get(MESSAGES) instanceof ArrayNode messages)) {
            return;
        }
        for (Iterator<JsonNode> rest = messages.iterator(); rest.hasNext(); ) {
            if (rest.next() instanceof ObjectNode message
                    && "assistant".equals(Json.textAt(message, "role"))
                    && reasoning(message)
                    && isEmpty(message)) {
                rest.remove();
            }
        }
    }

    /** Returns whether any was removed. */
    private boolean reasoning(ObjectNode message) {
        // One provider made the whole message: what proves a part of it foreign proves it of all its reasoning.
        boolean unknown = message.has(DETAILS) && !takesAny && !variant.reasoningDetails();
        boolean foreign = removeSignatures(message) || isSealed(message.path(DETAILS)) || unknown;
        boolean any = foreign && message.remove(DETAILS) != null;
        for (String text : TEXTS) {
            any |= message.has(text) && !isTaken(message, text, foreign);
        }
        if (any) {
            dropped.dropped("messages.reasoning");
        }
        return any;
    }

    /** Whether the provider takes the text; it is removed or gets the provider's name for it otherwise. */
    private boolean isTaken(ObjectNode message, String name, boolean foreign) {
        String own = variant.reasoningMember();
        if (!foreign && (takesAny || name.equals(own))) {
            return true;
        }
        JsonNode text = message.remove(name);
        if (foreign || own == null || message.has(own)) {
            return false;
        }
        message.set(own, text);
        dropped.renamed(MESSAGES + "." + name, MESSAGES + "." + own);
        return true;
    }

    private boolean removeSignatures(ObjectNode message) {
        boolean removed = false;
        for (JsonNode call : message.path("tool_calls")) {
            removed |= !takesSignatures && call instanceof ObjectNode object && object.remove(EXTRA) != null;
        }
        if (removed) {
            dropped.dropped("messages.thought_signature");
        }
        return removed;
    }

    private static boolean isSealed(JsonNode details) {
        for (JsonNode detail : details) {
            if (ReasoningDetails.isBySluice(Json.textAt(detail, "format"))) {
                return true;
            }
        }
        return false;
    }

    /** Whether only reasoning was in the message: OpenAI refuses an assistant's message without content. */
    private static boolean isEmpty(ObjectNode message) {
        JsonNode content = message.path("content");
        boolean blank = content.isMissingNode()
                || content.isNull()
                || content.isTextual() && content.asText().isEmpty();
        return blank
                && message.path("tool_calls").isEmpty()
                && !message.hasNonNull("function_call")
                && !message.hasNonNull("refusal")
                && !message.hasNonNull("audio");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
