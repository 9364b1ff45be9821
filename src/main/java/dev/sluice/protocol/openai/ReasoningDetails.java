package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ContentPart.OpaqueReasoning;
import dev.sluice.protocol.request.RequestValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Reasoning that a client keeps and sends back, in OpenRouter's {@code reasoning_details}: items of the types
 * {@code reasoning.text} with {@code text} and {@code signature}, {@code reasoning.summary} with {@code summary},
 * {@code reasoning.encrypted} with {@code data}; items of one reasoning part share an {@code index}.
 *
 * <p>Sluice writes each item once, streamed or not, with its whole text. {@code format} names the wire format that
 * accepts it back, for example {@code sluice/anthropic-messages}. A client returns the list unchanged in its assistant
 * message. Other values of {@code format} are the provider's own; they are kept in front of the signature or the data,
 * as {@code format base64}, because only that provider reads either.
 */
final class ReasoningDetails {

    private static final String SLUICE_PREFIX = "sluice/";

    private ReasoningDetails() {}

    /** The reasoning parts of an assistant message. Plain text is read only when there are no details. */
    static List<ContentPart> read(RequestValue message) {
        RequestValue details = message.find("reasoning_details");
        if (details != null && !details.elements().isEmpty()) {
            return read(details.elements());
        }
        String text = message.findText("reasoning_content");
        if (text == null) {
            text = message.findText("reasoning");
        }
        return text == null || text.isEmpty() ? List.of() : List.of(new ContentPart.Reasoning(text, null));
    }

    private static List<ContentPart> read(List<RequestValue> details) {
        List<ContentPart> parts = new ArrayList<>();
        int index = -1;
        for (RequestValue detail : details) {
            JsonNode indexNode = detail.object().get("index");
            int current = indexNode == null || !indexNode.canConvertToInt() ? -1 : indexNode.intValue();
            ContentPart.Reasoning reasoning = reasoningPart(detail);
            if (current >= 0 && current == index) {
                parts.add(joined((ContentPart.Reasoning) parts.removeLast(), reasoning));
            } else {
                parts.add(reasoning);
            }
            index = current;
        }
        return parts;
    }

    private static ContentPart.Reasoning reasoningPart(RequestValue detail) {
        RequestValue type = detail.get("type");
        return switch (type.text()) {
            case "reasoning.text" ->
                new ContentPart.Reasoning(text(detail.findText("text")), opaque(detail, "signature"));
            case "reasoning.summary" -> new ContentPart.Reasoning(text(detail.findText("summary")), null);
            case "reasoning.encrypted" -> new ContentPart.Reasoning("", opaque(detail, "data"));
            default -> throw type.invalid("one of reasoning.text, reasoning.summary, reasoning.encrypted");
        };
    }

    private static OpaqueReasoning opaque(RequestValue detail, String member) {
        return opaque(detail.findText("format"), detail.findText("id"), member, detail.findText(member));
    }

    /** Whether an item with this {@code format} is of a provider with another wire format. */
    static boolean isBySluice(String format) {
        return format != null && format.startsWith(SLUICE_PREFIX);
    }

    /** The opaque reasoning of an item, or null. */
    static OpaqueReasoning opaque(String format, String id, String member, String proof) {
        if (proof == null || proof.isEmpty()) {
            return null;
        }
        boolean bySluice = isBySluice(format);
        String protocol = bySluice ? format.substring(SLUICE_PREFIX.length()) : ChatCompletionsProtocol.NAME;
        String stored = bySluice || format == null ? proof : format + " " + proof;
        return member.equals("signature")
                ? new OpaqueReasoning(protocol, id, stored, null)
                : new OpaqueReasoning(protocol, id, null, stored);
    }

    static ContentPart.Reasoning joined(ContentPart.Reasoning first, ContentPart.Reasoning second) {
        return new ContentPart.Reasoning(first.text() + second.text(), joined(first.opaque(), second.opaque()));
    }

    private static OpaqueReasoning joined(OpaqueReasoning first, OpaqueReasoning second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return new OpaqueReasoning(
                first.protocol(),
                first.id() == null ? second.id() : first.id(),
                first.signature() == null ? second.signature() : first.signature(),
                first.encrypted() == null ? second.encrypted() : first.encrypted());
    }

    /** Appends the items of one reasoning part. */
    static void write(ContentPart.Reasoning reasoning, int index, ArrayNode details) {
        OpaqueReasoning opaque = reasoning.opaque();
        boolean signed = opaque == null || opaque.signature() != null;
        if (signed || !reasoning.text().isEmpty()) {
            ObjectNode item = details.addObject();
            if (signed) {
                item.put("type", "reasoning.text").put("text", reasoning.text());
            } else {
                item.put("type", "reasoning.summary").put("summary", reasoning.text());
            }
            if (opaque != null && signed) {
                putOpaque(item, opaque, "signature", opaque.signature());
            }
            item.put("index", index);
        }
        if (opaque != null && (opaque.encrypted() != null || !signed)) {
            ObjectNode item = details.addObject().put("type", "reasoning.encrypted");
            putOpaque(item, opaque, "data", opaque.encrypted());
            item.put("index", index);
        }
    }

    private static void putOpaque(ObjectNode item, OpaqueReasoning opaque, String member, String proof) {
        if (opaque.id() != null) {
            item.put("id", opaque.id());
        }
        if (!opaque.protocol().equals(ChatCompletionsProtocol.NAME)) {
            item.put("format", SLUICE_PREFIX + opaque.protocol());
        } else {
            int space = proof == null ? -1 : proof.indexOf(' ');
            if (space > 0) {
                item.put("format", proof.substring(0, space));
                item.put(member, proof.substring(space + 1));
                return;
            }
        }
        item.put(member, proof);
    }

    private static String text(String text) {
        return text == null ? "" : text;
    }
}
