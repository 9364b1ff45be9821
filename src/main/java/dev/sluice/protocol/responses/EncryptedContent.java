package dev.sluice.protocol.responses;

import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.spi.ReasoningSeal;

/**
 * Maps opaque reasoning to {@code encrypted_content}, the member of a reasoning item that clients send back unchanged.
 */
final class EncryptedContent {

    private EncryptedContent() {}

    /** OpenAI's own, or the seal of other reasoning. */
    static String write(String text, ContentPart.OpaqueReasoning opaque) {
        return opaque != null && opaque.protocol().equals(ResponsesProtocol.NAME)
                ? opaque.encrypted()
                : ReasoningSeal.write(text, opaque);
    }

    /**
     * @param text the item's readable text
     * @param id the item's id, or null
     */
    static ContentPart.Reasoning read(String text, String id, String encrypted) {
        ContentPart.Reasoning sealed = ReasoningSeal.read(text, encrypted);
        if (sealed != null) {
            return sealed;
        }
        boolean empty = encrypted == null || encrypted.isEmpty();
        return new ContentPart.Reasoning(
                text, empty ? null : new ContentPart.OpaqueReasoning(ResponsesProtocol.NAME, id, null, encrypted));
    }
}
