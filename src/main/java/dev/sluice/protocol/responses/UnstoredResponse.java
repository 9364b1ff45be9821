package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A response that its provider has not stored ({@code "store": false}), so that only Sluice can know its items by their
 * ids. Translated responses are never stored.
 *
 * @param id of the response
 * @param items the output items in order, as views of the response's bytes
 */
public record UnstoredResponse(String id, List<OutputItem> items) {

    private static final byte[] DATA = bytes("data:");
    private static final byte[] TYPE = bytes("type");
    private static final byte[] RESPONSE = bytes("response");

    /** Of a complete response; null when it is stored or cannot be read. */
    public static UnstoredResponse ofBody(ByteSlice body) {
        try {
            return ofResponse(new JsonScanner().reset(body), body.array());
        } catch (MalformedJson unreadable) {
            return null;
        }
    }

    /** Of a streamed response, whose last event has all of it; null when it is stored, has failed or cannot be read. */
    public static UnstoredResponse ofEvents(ByteSlice lastEvents) {
        byte[] array = lastEvents.array();
        int end = lastEvents.end();
        while (end > lastEvents.offset()) {
            int start = end;
            while (start > lastEvents.offset() && array[start - 1] != '\n') {
                start--;
            }
            int data = start + DATA.length;
            if (data < end && startsWithData(array, start)) {
                while (data < end && array[data] == ' ') {
                    data++;
                }
                // What is not an object is a marker such as [DONE], which may follow the last event.
                if (data < end && array[data] == '{') {
                    return ofEvent(array, data, end);
                }
            }
            end = start - 1;
        }
        return null;
    }

    private static UnstoredResponse ofEvent(byte[] array, int from, int end) {
        JsonScanner json = new JsonScanner().reset(array, from, end);
        try {
            json.enter();
            while (json.more()) {
                if (json.nameIs(TYPE) && json.peek() == '"') {
                    int start = json.position();
                    json.skip();
                    String type = JsonScanner.text(array, start, json.position());
                    if (!type.equals("response.completed") && !type.equals("response.incomplete")) {
                        return null;
                    }
                } else if (json.nameIs(RESPONSE) && json.peek() == '{') {
                    return ofResponse(json, array);
                } else {
                    json.skip();
                }
            }
        } catch (MalformedJson unreadable) {
            return null;
        }
        return null;
    }

    /** @param json before the response object */
    private static UnstoredResponse ofResponse(JsonScanner json, byte[] array) {
        ResponseOutput response = ResponseOutput.read(json, array);
        return response == null || response.stored() || response.array() == null || response.id() == null
                ? null
                : new UnstoredResponse(response.id(), response.items());
    }

    private static boolean startsWithData(byte[] array, int start) {
        return Arrays.equals(array, start, start + DATA.length, DATA, 0, DATA.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
