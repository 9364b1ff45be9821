package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;

/**
 * The parts of one event of Anthropic's Messages, scanned in one pass. Spans are offsets from the start of the data, -1
 * when the member is missing. Reused from event to event.
 */
final class BlockEventScanner {

    private static final byte[] TYPE = bytes("type");
    private static final byte[] INDEX = bytes("index");
    private static final byte[] DELTA = bytes("delta");
    private static final byte[] BLOCK = bytes("content_block");
    private static final byte[] TEXT = bytes("text");
    private static final byte[] CITATIONS = bytes("citations");
    private static final byte[] STOP_REASON = bytes("stop_reason");

    /** The event's type, empty when it has none. */
    String type;
    /** The type of its delta or of its block, empty when it has none. */
    String inner;

    int index;
    int indexStart;
    int indexEnd;
    int textStart;
    int textEnd;
    boolean stopReason;
    boolean citations;

    private final JsonScanner json = new JsonScanner();
    private ByteSlice data;

    void read(ByteSlice event) {
        data = event;
        type = inner = "";
        index = indexStart = indexEnd = textStart = textEnd = -1;
        stopReason = citations = false;
        json.reset(event);
        if (json.peek() != '{') {
            return;
        }
        json.enter();
        while (json.more()) {
            if (json.nameIs(TYPE)) {
                type = word();
            } else if (json.nameIs(INDEX)) {
                index();
            } else if ((json.nameIs(DELTA) || json.nameIs(BLOCK)) && json.peek() == '{') {
                inner();
            } else {
                json.skip();
            }
        }
    }

    boolean hasText() {
        return textEnd - textStart > 2;
    }

    String decodedText() {
        return JsonScanner.text(data.array(), data.offset() + textStart, data.offset() + textEnd);
    }

    private void inner() {
        json.enter();
        while (json.more()) {
            if (json.nameIs(TYPE)) {
                inner = word();
            } else if (json.nameIs(TEXT) && json.peek() == '"') {
                textStart = json.position() - data.offset();
                json.skip();
                textEnd = json.position() - data.offset();
            } else if (json.nameIs(STOP_REASON)) {
                stopReason = json.peek() == '"';
                json.skip();
            } else if (json.nameIs(CITATIONS) && json.peek() == '[') {
                int start = json.position();
                json.skip();
                citations |= json.position() - start > 2;
            } else {
                json.skip();
            }
        }
    }

    private void index() {
        json.peek();
        indexStart = json.position() - data.offset();
        json.skip();
        indexEnd = json.position() - data.offset();
        index = 0;
        for (int i = indexStart; i < indexEnd; i++) {
            int digit = data.array()[data.offset() + i] - '0';
            index = digit < 0 || digit > 9 || index > 1_000_000 ? 1_000_000 : 10 * index + digit;
        }
    }

    private String word() {
        byte type = json.peek();
        int start = json.position();
        json.skip();
        return type == '"' ? JsonScanner.text(data.array(), start, json.position()) : "";
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
