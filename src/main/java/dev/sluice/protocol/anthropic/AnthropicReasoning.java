package dev.sluice.protocol.anthropic;

import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ContentPart.OpaqueReasoning;
import dev.sluice.protocol.spi.ReasoningSeal;

/** Reads thinking: Anthropic's own, or the seal of other reasoning in its place. */
final class AnthropicReasoning {

    private AnthropicReasoning() {}

    /** @param signature null or empty when there is none */
    static ContentPart.Reasoning thinking(String text, String signature) {
        boolean signed = signature != null && !signature.isEmpty();
        return read(
                text, signature, signed ? new OpaqueReasoning(AnthropicProtocol.NAME, null, signature, null) : null);
    }

    /** @param data null when there is none */
    static ContentPart.Reasoning redacted(String data) {
        return read("", data, data == null ? null : new OpaqueReasoning(AnthropicProtocol.NAME, null, null, data));
    }

    private static ContentPart.Reasoning read(String text, String value, OpaqueReasoning own) {
        ContentPart.Reasoning sealed = ReasoningSeal.read(text, value);
        return sealed == null ? new ContentPart.Reasoning(text, own) : sealed;
    }
}
