package dev.sluice.protocol.anthropic;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;

/**
 * Scans one event of a passed-through stream, or a complete response, in one pass for its type and usage. Reused for
 * each event; only the usage accumulates.
 */
final class AnthropicEventScanner {

    /** The event types that matter to the reader. */
    enum Type {
        START,
        STOP,
        ERROR,
        PING,
        OTHER
    }

    private static final byte[] TYPE = bytes("type");
    private static final byte[] MESSAGE = bytes("message");
    private static final byte[] MODEL = bytes("model");
    private static final byte[] USAGE = bytes("usage");
    private static final byte[] ERROR = bytes("error");

    private static final String MESSAGE_START = "\"message_start\"";
    private static final String MESSAGE_STOP = "\"message_stop\"";
    private static final String ERROR_EVENT = "\"error\"";
    private static final String PING = "\"ping\"";

    private final JsonScanner json = new JsonScanner();
    private final AnthropicUsage counts = new AnthropicUsage();
    private byte[] array;
    private Type type;
    private int modelStart;
    private int modelEnd;

    /**
     * Reads the next event's data.
     *
     * @throws dev.sluice.protocol.json.MalformedJson when it is not one JSON document
     */
    void read(ByteSlice data) {
        array = data.array();
        modelStart = -1;
        json.reset(data);
        if (json.peek() == '{') {
            type = Type.OTHER;
            members();
        } else {
            type = Type.ERROR;
            json.skip();
        }
        json.finish();
    }

    /**
     * {@link Type#ERROR} for anything that is not an object or has an {@code error} object, whatever its {@code type}.
     */
    Type type() {
        return type;
    }

    /** Whether the response, or the message that starts a streamed one, names its model. */
    boolean hasModel() {
        return modelStart >= 0;
    }

    /** Where the name begins in the array, with its quotes. */
    int modelStart() {
        return modelStart;
    }

    int modelEnd() {
        return modelEnd;
    }

    Usage usage() {
        return counts.usage();
    }

    private void members() {
        boolean failed = false;
        json.enter();
        while (json.more()) {
            if (json.nameIs(TYPE)) {
                type = currentType();
            } else if (json.nameIs(USAGE)) {
                counts.scan(json, array);
            } else if (json.nameIs(MESSAGE) && json.peek() == '{') {
                message();
            } else if (json.nameIs(MODEL)) {
                model();
            } else if (json.nameIs(ERROR)) {
                failed |= json.peek() == '{';
                json.skip();
            } else {
                json.skip();
            }
        }
        type = failed ? Type.ERROR : type;
    }

    private void message() {
        json.enter();
        while (json.more()) {
            if (json.nameIs(USAGE)) {
                counts.scan(json, array);
            } else if (json.nameIs(MODEL)) {
                model();
            } else {
                json.skip();
            }
        }
    }

    private void model() {
        boolean isText = json.peek() == '"';
        int start = json.position();
        json.skip();
        if (isText) {
            modelStart = start;
            modelEnd = json.position();
        }
    }

    private Type currentType() {
        json.peek();
        int start = json.position();
        json.skip();
        int length = json.position() - start;
        if (is(MESSAGE_STOP, start, length)) {
            return Type.STOP;
        }
        if (is(MESSAGE_START, start, length)) {
            return Type.START;
        }
        if (is(PING, start, length)) {
            return Type.PING;
        }
        return is(ERROR_EVENT, start, length) ? Type.ERROR : Type.OTHER;
    }

    private boolean is(String word, int start, int length) {
        if (length != word.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (array[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
