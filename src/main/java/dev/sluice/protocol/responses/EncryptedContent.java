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
    static String write(ContentPart.Seal seal) {
        if (seal == null) {
            return null;
        }
        if (seal.dialect().equals(ResponsesProtocol.NAME)) {
            return seal.encrypted();
        }
        ObjectNode wrapped = Json.object().put("d", seal.dialect());
        put(wrapped, "i", seal.id());
        put(wrapped, "s", seal.signature());
        put(wrapped, "e", seal.encrypted());
        return WRAPPED
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Json.text(wrapped).getBytes(StandardCharsets.UTF_8));
    }

    /** @param id the reasoning item's, or null */
    static ContentPart.Seal read(String id, String encrypted) {
        if (encrypted == null || encrypted.isEmpty()) {
            return null;
        }
        ContentPart.Seal foreign = encrypted.startsWith(WRAPPED) ? unwrap(encrypted.substring(WRAPPED.length())) : null;
        return foreign != null ? foreign : new ContentPart.Seal(ResponsesProtocol.NAME, id, null, encrypted);
    }

    private static ContentPart.Seal unwrap(String encoded) {
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
                : new ContentPart.Seal(
                        dialect, Json.textAt(wrapped, "i"), Json.textAt(wrapped, "s"), Json.textAt(wrapped, "e"));
    }

    private static void put(ObjectNode object, String member, String text) {
        if (text != null) {
            object.put(member, text);
        }
    }
}
