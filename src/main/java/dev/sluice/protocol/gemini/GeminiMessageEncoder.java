package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CallArguments;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/**
 * Encodes a conversation: system messages separately, the others as alternating {@code user} and {@code model}
 * contents, so that neighbors with the same role are merged.
 */
final class GeminiMessageEncoder {

    /** Google's placeholder for a call that has no signature on purpose. */
    static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private final boolean needsSignature;
    private final DroppedParameters dropped;
    private final GeminiContentEncoder contentEncoder;
    private final GeminiToolResultEncoder results;
    private final ArrayNode system = Json.array();
    private final ArrayNode contents = Json.array();

    GeminiMessageEncoder(UpstreamModel model, DroppedParameters dropped) {
        this.needsSignature = GeminiMappings.isFrom3(model);
        this.dropped = dropped;
        this.contentEncoder = new GeminiContentEncoder(dropped);
        this.results = new GeminiToolResultEncoder(contentEncoder, dropped);
    }

    void encode(List<ChatMessage> messages, ObjectNode body) {
        for (ChatMessage message : messages) {
            if (message.name() != null) {
                dropped.dropped("messages.name");
            }
            if (message.role() != ChatMessage.Role.TOOL) {
                results.flush(this::user);
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> instruction(message);
                case USER -> content("user", message);
                case ASSISTANT -> assistant(message);
                case TOOL -> message.parts().forEach(results::add);
            }
        }
        if (messages.isEmpty() || messages.getLast().role() == ChatMessage.Role.TOOL) {
            results.flush(this::user);
        }
        if (contents.isEmpty()) {
            dropped.adjusted("messages.0", "user");
            contentEncoder.encode(ContentPart.Text.of("."), parts("user"));
        }
        if (!system.isEmpty()) {
            body.putObject("systemInstruction").set("parts", system);
        }
        body.set("contents", contents);
    }

    /**
     * An instruction after the first message becomes text of the user where it is: moved to the front it would change
     * the beginning of every later request, which providers cache.
     */
    private void instruction(ChatMessage message) {
        boolean later = !contents.isEmpty();
        if (later) {
            dropped.renamed("messages.system", "messages.user");
        }
        ArrayNode parts = later ? Json.array() : system;
        for (ContentPart part : message.parts()) {
            if (!(part instanceof ContentPart.Text)) {
                throw GeminiErrors.unsupported("messages.content", "instructions are text");
            }
            contentEncoder.encode(part, parts);
        }
        if (later) {
            add("user", parts);
        }
    }

    private void content(String role, ChatMessage message) {
        ArrayNode parts = Json.array();
        message.parts().forEach(part -> contentEncoder.encode(part, parts));
        add(role, parts);
    }

    private void user(ArrayNode parts) {
        add("user", parts);
    }

    private void assistant(ChatMessage message) {
        ArrayNode parts = Json.array();
        ObjectNode firstCall = null;
        boolean signed = false;
        for (ContentPart part : message.parts()) {
            switch (part) {
                case ContentPart.ToolCall call -> {
                    ObjectNode written = call(call, parts);
                    firstCall = firstCall == null ? written : firstCall;
                    signed |= call.signature() != null;
                }
                case ContentPart.Reasoning reasoning -> {
                    // Gemini's own summary has no signature: that of the call stands for it.
                    if (reasoning.opaque() != null || !hasSignedCall(message)) {
                        reasoning(reasoning, parts);
                    }
                }
                case ContentPart.Refusal refusal -> contentEncoder.encode(ContentPart.Text.of(refusal.text()), parts);
                case ContentPart.Text text -> contentEncoder.encode(text, parts);
                case ContentPart.Image image -> contentEncoder.encode(image, parts);
                case ContentPart.Audio audio -> contentEncoder.encode(audio, parts);
                case ContentPart.Document document -> contentEncoder.encode(document, parts);
                case ContentPart.Native nativePart -> contentEncoder.encode(nativePart, parts);
                case ContentPart.ToolResult result -> contentEncoder.encode(result, parts);
            }
        }
        if (needsSignature && firstCall != null && !signed) {
            // Of parallel calls only the first is signed.
            firstCall.put("thoughtSignature", NO_SIGNATURE);
            dropped.adjusted("messages.tool_calls.signature", "none");
        }
        add("model", parts);
    }

    private static boolean hasSignedCall(ChatMessage message) {
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolCall call && call.signature() != null) {
                return true;
            }
        }
        return false;
    }

    private ObjectNode call(ContentPart.ToolCall call, ArrayNode parts) {
        dropped.droppedCacheControl(call.cache());
        results.expect(call);
        ObjectNode part = parts.addObject();
        ObjectNode function = part.putObject("functionCall");
        if (call.id() != null) {
            function.put("id", call.id());
        }
        function.put("name", call.name()).set("args", CallArguments.object(call.arguments(), dropped));
        if (call.signature() != null) {
            part.put("thoughtSignature", call.signature());
        }
        return part;
    }

    /**
     * A signature belongs to the part with which it was received: reasoning without text carries the signature of the
     * text before it.
     */
    private void reasoning(ContentPart.Reasoning reasoning, ArrayNode parts) {
        ContentPart.OpaqueReasoning opaque = reasoning.opaque();
        if (opaque == null || !opaque.protocol().equals(GeminiProtocol.NAME) || opaque.signature() == null) {
            dropped.dropped("messages.reasoning");
            return;
        }
        JsonNode last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        if (reasoning.text().isEmpty() && last instanceof ObjectNode before && isPlainText(before)) {
            before.put("thoughtSignature", opaque.signature());
            return;
        }
        ObjectNode part = parts.addObject().put("text", reasoning.text());
        if (!reasoning.text().isEmpty()) {
            part.put("thought", true);
        }
        part.put("thoughtSignature", opaque.signature());
    }

    private static boolean isPlainText(ObjectNode part) {
        return part.has("text") && !part.has("thought") && !part.has("thoughtSignature");
    }

    private void add(String role, ArrayNode parts) {
        if (!parts.isEmpty()) {
            parts(role).addAll(parts);
        }
    }

    /** The parts to which those of this role are added. */
    private ArrayNode parts(String role) {
        JsonNode last = contents.isEmpty() ? null : contents.get(contents.size() - 1);
        return last != null && role.equals(Json.textAt(last, "role"))
                ? (ArrayNode) last.get("parts")
                : contents.addObject().put("role", role).putArray("parts");
    }
}
