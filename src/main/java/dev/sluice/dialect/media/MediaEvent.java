package dev.sluice.dialect.media;

import dev.sluice.dialect.JsonScanner;
import dev.sluice.dialect.MalformedJson;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import java.nio.charset.StandardCharsets;

/** What Sluice needs to know of one event: its type, whether it is an error, and what it says was used. */
final class MediaEvent {

    private static final byte[] TYPE = "type".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ERROR = "error".getBytes(StandardCharsets.UTF_8);
    /** Longer types are none. */
    private static final int MAX_TYPE = 100;

    private String type;
    private boolean error;
    private Usage usage = Usage.UNKNOWN;

    /** Reads the next event's data; false when it is not one JSON object. */
    boolean read(ByteSlice data) {
        type = "";
        error = false;
        JsonScanner json = new JsonScanner().over(data);
        try {
            if (json.peek() != '{') {
                return false;
            }
            json.enter();
            while (json.more()) {
                boolean named = json.nameIs(TYPE);
                boolean failing = json.nameIs(ERROR);
                byte first = json.peek();
                int start = json.position();
                json.skip();
                if (named && first == '"' && json.position() - start <= MAX_TYPE) {
                    type = JsonScanner.text(data.array(), start, json.position());
                }
                error |= failing && (first == '{' || first == '"');
            }
            json.finish();
        } catch (MalformedJson malformed) {
            return false;
        }
        usage = MediaUsage.in(data);
        return true;
    }

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
