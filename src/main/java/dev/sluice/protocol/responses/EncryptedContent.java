package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Maps opaque reasoning to {@code encrypted_content}, the member of a reasoning item that clients send back unchanged.
 * Opaque reasoning of another format is wrapped by Sluice, so that a conversation with tools can continue at a provider
 * that requires its own reasoning back.
 */
final class EncryptedContent {

    private static final String WRAPPED = "sluice1.";

    private EncryptedContent() {}

    /** Null when there is no opaque part. */
    static String write(ContentPart.OpaqueReasoning opaque) {
        if (opaque == null) {
            return null;
        }
        if (opaque.protocol().equals(ResponsesProtocol.NAME)) {
            return opaque.encrypted();
        }
        ObjectNode wrapped = Json.object().put("d", opaque.protocol());
        put(wrapped, "i", opaque.id());
        put(wrapped, "s", opaque.signature());
        put(wrapped, "e", opaque.encrypted());
        return WRAPPED
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Json.text(wrapped).getBytes(StandardCharsets.UTF_8));
    }

    /** @param id the reasoning item's, or null */
    static ContentPart.OpaqueReasoning read(String id, String encrypted) {
        if (encrypted == null || encrypted.isEmpty()) {
            return null;
        }
        ContentPart.OpaqueReasoning unwrapped =
                encrypted.startsWith(WRAPPED) ? unwrap(encrypted.substring(WRAPPED.length())) : null;
        return unwrapped != null
                ? unwrapped
                : new ContentPart.OpaqueReasoning(ResponsesProtocol.NAME, id, null, encrypted);
    }

    private static ContentPart.OpaqueReasoning unwrap(String encoded) {
        String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
        JsonNode wrapped = Json.readOrNull(text);
        String protocol = wrapped == null ? null : Json.textAt(wrapped, "d");
        return protocol == null
                ? null
                : new ContentPart.OpaqueReasoning(
                        protocol, Json.textAt(wrapped, "i"), Json.textAt(wrapped, "s"), Json.textAt(wrapped, "e"));
    }

    private static void put(ObjectNode object, String member, String text) {
        if (text != null) {
            object.put(member, text);
        }
    }
}
