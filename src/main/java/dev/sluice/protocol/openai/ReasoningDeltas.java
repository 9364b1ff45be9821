package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import java.util.function.Consumer;

/**
 * Decodes streamed reasoning: {@code reasoning_content} (DeepSeek, xAI), {@code reasoning} (Groq, Ollama, vLLM,
 * OpenRouter) or OpenRouter's {@code reasoning_details}, which repeat {@code reasoning} and hold the signature that
 * must be sent back.
 */
final class ReasoningDeltas {

    /**
     * Text of the open part that arrived outside of {@code reasoning_details}. Sluice as a provider repeats it in the
     * detail with the signature.
     */
    private final StringBuilder plainText = new StringBuilder();

    private int index = -1;
    private ContentPart.Reasoning signed;

    /** Whether a delta has reasoning. */
    static boolean isIn(JsonNode delta) {
        return !delta.path("reasoning_details").isEmpty()
                || !delta.path("reasoning_content").asText("").isEmpty()
                || !delta.path("reasoning").asText("").isEmpty();
    }

    void read(JsonNode delta, Consumer<ResponseEvent> out) {
        boolean readable = false;
        for (JsonNode detail : delta.path("reasoning_details")) {
            readable |= detail(detail, out);
        }
        if (readable) {
            return;
        }
        String text = Json.textAt(delta, "reasoning_content");
        if (text == null || text.isEmpty()) {
            text = Json.textAt(delta, "reasoning");
        }
        if (text != null && !text.isEmpty()) {
            if (signed != null) {
                close(out);
            }
            plainText.append(text);
            out.accept(new ResponseEvent.ReasoningDelta(text));
        }
    }

    /** Ends the open part: emits its signature, once no more of it can follow. */
    void close(Consumer<ResponseEvent> out) {
        if (signed != null) {
            out.accept(new ResponseEvent.ReasoningSigned(signed.opaque()));
            signed = null;
        }
        index = -1;
        plainText.setLength(0);
    }

    private boolean repeats(String text) {
        int from = plainText.length() - text.length();
        return from >= 0 && CharSequence.compare(plainText.subSequence(from, plainText.length()), text) == 0;
    }

    /** Reads one detail; true when it has text. */
    private boolean detail(JsonNode detail, Consumer<ResponseEvent> out) {
        int current = detail.path("index").asInt(-1);
        if (index >= 0 && current != index || signed != null && current < 0) {
            boolean open = signed == null;
            close(out);
            if (open) {
                out.accept(new ResponseEvent.PartEnded());
            }
        }
        index = current;
        String type = detail.path("type").asText();
        String text = Json.textAt(detail, type.equals("reasoning.summary") ? "summary" : "text");
        boolean hasText = text != null && !text.isEmpty();
        if (hasText && (plainText.isEmpty() || !repeats(text))) {
            out.accept(new ResponseEvent.ReasoningDelta(text));
        }
        String member = type.equals("reasoning.encrypted") ? "data" : "signature";
        ContentPart.OpaqueReasoning opaque = ReasoningDetails.opaque(
                Json.textAt(detail, "format"), Json.textAt(detail, "id"), member, Json.textAt(detail, member));
        if (opaque != null) {
            ContentPart.Reasoning reasoning = new ContentPart.Reasoning("", opaque);
            signed = signed == null ? reasoning : ReasoningDetails.joined(signed, reasoning);
        }
        return hasText;
    }
}
