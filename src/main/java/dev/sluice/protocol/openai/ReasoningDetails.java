package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ContentPart.Seal;
import dev.sluice.protocol.request.RequestValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Reasoning that a client keeps and sends back, in OpenRouter's {@code reasoning_details}: items of the types
 * {@code reasoning.text} with {@code text} and {@code signature}, {@code reasoning.summary} with {@code summary},
 * {@code reasoning.encrypted} with {@code data}; items of one thought share an {@code index}.
 *
 * <p>What Sluice writes is complete: each item comes once, streamed or not, with its whole text, and {@code format}
 * says which wire format can take it back, as {@code sluice/anthropic-messages}. A client returns the list unchanged in
 * its assistant message. Other values of {@code format} are the provider's own; they travel in front of the signature
 * or the data, as {@code format base64}, because nobody but that provider reads either.
 */
final class ReasoningDetails {

    private static final String OURS = "sluice/";

    private ReasoningDetails() {}

    /** The thoughts of an assistant's message; plain text counts only where no details are. */
    static List<ContentPart> read(RequestValue message) {
        RequestValue details = message.find("reasoning_details");
        if (details != null && !details.elements().isEmpty()) {
            return read(details.elements());
        }
        String text = message.findText("reasoning_content");
        if (text == null) {
            text = message.findText("reasoning");
        }
        return text == null || text.isEmpty() ? List.of() : List.of(new ContentPart.Thought(text, null));
    }

    private static List<ContentPart> read(List<RequestValue> details) {
        List<ContentPart> thoughts = new ArrayList<>();
        int index = -1;
        for (RequestValue detail : details) {
            JsonNode place = detail.object().get("index");
            int here = place == null || !place.canConvertToInt() ? -1 : place.intValue();
            ContentPart.Thought thought = thought(detail);
            if (here >= 0 && here == index) {
                thoughts.add(joined((ContentPart.Thought) thoughts.removeLast(), thought));
            } else {
                thoughts.add(thought);
            }
            index = here;
        }
        return thoughts;
    }

    private static ContentPart.Thought thought(RequestValue detail) {
        RequestValue type = detail.get("type");
        return switch (type.text()) {
            case "reasoning.text" -> new ContentPart.Thought(text(detail.findText("text")), seal(detail, "signature"));
            case "reasoning.summary" -> new ContentPart.Thought(text(detail.findText("summary")), null);
            case "reasoning.encrypted" -> new ContentPart.Thought("", seal(detail, "data"));
            default -> throw type.invalid("one of reasoning.text, reasoning.summary, reasoning.encrypted");
        };
    }

    private static Seal seal(RequestValue detail, String member) {
        return seal(detail.findText("format"), detail.findText("id"), member, detail.findText(member));
    }

    /** The seal that an item tells of, or null. */
    static Seal seal(String format, String id, String member, String proof) {
        if (proof == null || proof.isEmpty()) {
            return null;
        }
        boolean ours = format != null && format.startsWith(OURS);
        String dialect = ours ? format.substring(OURS.length()) : ChatCompletionsProtocol.NAME;
        String kept = ours || format == null ? proof : format + " " + proof;
        return member.equals("signature") ? new Seal(dialect, id, kept, null) : new Seal(dialect, id, null, kept);
    }

    static ContentPart.Thought joined(ContentPart.Thought first, ContentPart.Thought second) {
        return new ContentPart.Thought(first.text() + second.text(), joined(first.seal(), second.seal()));
    }

    private static Seal joined(Seal first, Seal second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return new Seal(
                first.dialect(),
                first.id() == null ? second.id() : first.id(),
                first.signature() == null ? second.signature() : first.signature(),
                first.encrypted() == null ? second.encrypted() : first.encrypted());
    }

    /** Appends the items of one thought. */
    static void write(ContentPart.Thought thought, int index, ArrayNode details) {
        Seal seal = thought.seal();
        boolean signed = seal == null || seal.signature() != null;
        if (signed || !thought.text().isEmpty()) {
            ObjectNode item = details.addObject();
            if (signed) {
                item.put("type", "reasoning.text").put("text", thought.text());
            } else {
                item.put("type", "reasoning.summary").put("summary", thought.text());
            }
            if (seal != null && signed) {
                prove(item, seal, "signature", seal.signature());
            }
            item.put("index", index);
        }
        if (seal != null && (seal.encrypted() != null || !signed)) {
            ObjectNode item = details.addObject().put("type", "reasoning.encrypted");
            prove(item, seal, "data", seal.encrypted());
            item.put("index", index);
        }
    }

    private static void prove(ObjectNode item, Seal seal, String member, String proof) {
        if (seal.id() != null) {
            item.put("id", seal.id());
        }
        if (!seal.dialect().equals(ChatCompletionsProtocol.NAME)) {
            item.put("format", OURS + seal.dialect());
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
