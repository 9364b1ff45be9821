package dev.sluice.protocol.media;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.openai.ErrorInSuccess;
import java.nio.charset.StandardCharsets;

/** Distinguishes responses from errors on surfaces whose responses may be audio, text or empty. */
public final class MediaErrorDetector {

    private static final byte[] STATUS = "status".getBytes(StandardCharsets.UTF_8);

    private MediaErrorDetector() {}

    /** As {@link dev.sluice.protocol.spi.UpstreamFormat#errorOf}. */
    public static GatewayError of(Surface surface, int status, ByteSlice body) {
        if (status / 100 != 2) {
            return UpstreamErrors.of(status, body);
        }
        boolean isObject = startsAsObject(body);
        if (!isObject && mayBeNonJson(surface)) {
            return null;
        }
        // A failed job is a proper response that reports its error: it has a status member.
        if (isObject && isJob(surface) && hasStatus(body)) {
            return null;
        }
        return ErrorInSuccess.find(status, body);
    }

    /** Whether the response may be something other than JSON. */
    static boolean mayBeNonJson(Surface surface) {
        return switch (surface) {
            case SPEECH, TRANSCRIPTIONS, TRANSLATIONS, VIDEO_CONTENT -> true;
            default -> false;
        };
    }

    private static boolean isJob(Surface surface) {
        return switch (surface) {
            case VIDEOS, VIDEO, VIDEO_CONTENT, FILES, BATCHES -> true;
            default -> false;
        };
    }

    private static boolean startsAsObject(ByteSlice body) {
        for (int i = body.offset(); i < body.end(); i++) {
            byte c = body.array()[i];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c == '{';
            }
        }
        return false;
    }

    private static boolean hasStatus(ByteSlice body) {
        JsonScanner json = new JsonScanner().reset(body);
        try {
            json.enter();
            while (json.more()) {
                if (json.nameIs(STATUS) && json.peek() == '"') {
                    return true;
                }
                json.skip();
            }
        } catch (MalformedJson malformed) {
            return false;
        }
        return false;
    }
}
