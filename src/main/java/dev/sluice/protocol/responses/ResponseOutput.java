package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The members of a response to which later requests may refer.
 *
 * @param id null when it has none
 * @param stored whether its provider has stored it
 * @param array the output as JSON, null when it has none
 */
record ResponseOutput(String id, boolean stored, ByteSlice array) {

    private static final byte[] STORE = bytes("store");
    private static final byte[] OUTPUT = bytes("output");
    private static final byte[] ID = bytes("id");

    /**
     * @param json before the response
     * @return null when it is no object
     */
    static ResponseOutput read(JsonScanner json, byte[] array) {
        if (json.peek() != '{') {
            return null;
        }
        String id = null;
        boolean stored = true;
        ByteSlice output = null;
        json.enter();
        while (json.more()) {
            boolean isStore = json.nameIs(STORE);
            boolean isOutput = json.nameIs(OUTPUT);
            boolean isId = json.nameIs(ID);
            byte first = json.peek();
            int start = json.position();
            json.skip();
            if (isStore) {
                stored = first != 'f';
            } else if (isOutput && first == '[') {
                output = new ByteSlice(array, start, json.position() - start);
            } else if (isId && first == '"') {
                id = JsonScanner.text(array, start, json.position());
            }
        }
        return new ResponseOutput(id, stored, output);
    }

    List<OutputItem> items() {
        List<OutputItem> items = new ArrayList<>();
        if (array != null) {
            JsonScanner json = new JsonScanner().reset(array);
            json.enter();
            while (json.more()) {
                items.add(OutputItem.read(json, array.array()));
            }
        }
        return items;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
