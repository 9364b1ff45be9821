package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;

/**
 * One item of a response's output.
 *
 * @param id null when the item has none
 * @param json as a view of the response's bytes
 * @param needsStore whether it says nothing but its id, so that only a provider that has stored it can read it:
 *     reasoning without encrypted content
 */
public record OutputItem(String id, ByteSlice json, boolean needsStore) {

    private static final byte[] TYPE = bytes("type");
    private static final byte[] ID = bytes("id");
    private static final byte[] ENCRYPTED_CONTENT = bytes("encrypted_content");

    static OutputItem of(ByteSlice json) {
        return read(new JsonScanner().reset(json), json.array());
    }

    /** @param json before the item */
    static OutputItem read(JsonScanner json, byte[] array) {
        boolean object = json.peek() == '{';
        int start = json.position();
        if (!object) {
            json.skip();
            return new OutputItem(null, new ByteSlice(array, start, json.position() - start), false);
        }
        String id = null;
        boolean reasoning = false;
        boolean encrypted = false;
        json.enter();
        while (json.more()) {
            boolean isId = json.nameIs(ID);
            boolean isType = json.nameIs(TYPE);
            boolean isEncrypted = json.nameIs(ENCRYPTED_CONTENT);
            boolean text = json.peek() == '"';
            int from = json.position();
            json.skip();
            if (isId && text) {
                id = JsonScanner.text(array, from, json.position());
            } else if (isType && text) {
                reasoning = JsonScanner.text(array, from, json.position()).equals("reasoning");
            } else if (isEncrypted) {
                encrypted = text && json.position() - from > 2;
            }
        }
        return new OutputItem(id, new ByteSlice(array, start, json.position() - start), reasoning && !encrypted);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
