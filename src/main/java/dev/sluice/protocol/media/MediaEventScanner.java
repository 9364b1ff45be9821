package dev.sluice.protocol.media;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;

/** Scans one event of a media stream for its type, an error and its usage. */
final class MediaEventScanner {

    private static final byte[] TYPE = "type".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ERROR = "error".getBytes(StandardCharsets.UTF_8);
    /** Longer types are ignored. */
    private static final int MAX_TYPE = 100;

    private String type;
    private boolean error;
    private Usage usage = Usage.UNKNOWN;

    /**
     * Reads the next event's data.
     *
     * @throws dev.sluice.protocol.json.MalformedJson when it is not one JSON document
     */
    void read(ByteSlice data) {
        type = "";
        JsonScanner json = new JsonScanner().reset(data);
        error = json.peek() != '{';
        if (error) {
            json.skip();
            json.finish();
            return;
        }
        json.enter();
        while (json.more()) {
            boolean isType = json.nameIs(TYPE);
            boolean isError = json.nameIs(ERROR);
            byte first = json.peek();
            int start = json.position();
            json.skip();
            if (isType && first == '"' && json.position() - start <= MAX_TYPE) {
                type = JsonScanner.text(data.array(), start, json.position());
            }
            error |= isError && (first == '{' || first == '"');
        }
        json.finish();
        usage = MediaUsage.ofBody(data);
    }

    /** Whether the event reports an error, or is not an object. */
    boolean failed() {
        return error || type.equals("error");
    }

    boolean terminal() {
        return type.endsWith(".completed") || type.endsWith(".done");
    }

    Usage usage() {
        return usage;
    }
}
