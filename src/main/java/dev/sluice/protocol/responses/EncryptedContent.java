package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A seal as {@code encrypted_content}, the one place of a reasoning item that clients carry back untouched. A seal of
 * another format goes there in a wrapping of ours, so that a conversation with tools can go on at a provider that
 * demands its own reasoning back.
 */
final class EncryptedContent {

    private static final String WRAPPED = "sluice1.";

    private EncryptedContent() {}

    /** Null when there is nothing to carry. */
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
        ContentPart.OpaqueReasoning foreign =
                encrypted.startsWith(WRAPPED) ? unwrap(encrypted.substring(WRAPPED.length())) : null;
        return foreign != null ? foreign : new ContentPart.OpaqueReasoning(ResponsesProtocol.NAME, id, null, encrypted);
    }

    private static ContentPart.OpaqueReasoning unwrap(String encoded) {
        String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
        JsonNode wrapped = Json.readOrNull(text);
        String dialect = wrapped == null ? null : Json.textAt(wrapped, "d");
        return dialect == null
                ? null
                : new ContentPart.OpaqueReasoning(
                        dialect, Json.textAt(wrapped, "i"), Json.textAt(wrapped, "s"), Json.textAt(wrapped, "e"));
    }

    private static void put(ObjectNode object, String member, String text) {
        if (text != null) {
            object.put(member, text);
        }
    }
}
