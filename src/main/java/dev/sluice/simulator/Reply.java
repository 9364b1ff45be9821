package dev.sluice.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What happens on the wire in answer to one request. */
sealed interface Reply {

    /**
     * An HTTP response.
     *
     * @param delayMillis time to the headers
     * @param pacing times the pieces
     */
    record Http(
            int status,
            Map<String, String> headers,
            long delayMillis,
            Pacing pacing,
            Iterator<Piece> pieces,
            Ending ending)
            implements Reply {}

    /** Not a byte. */
    record Mute(Ending ending) implements Reply {}

    /** Bytes that are not HTTP, then the connection is closed. */
    record Garbage(Buffer bytes) implements Reply {}

    /** One write: over a chunked body, one HTTP chunk. */
    record Piece(Buffer bytes, Pacing.Beat beat) {

        static Piece atOnce(String text) {
            return new Piece(Buffer.buffer(text), Pacing.Beat.AT_ONCE);
        }
    }

    /** What follows the last piece. */
    enum Ending {
        /** The body ends as HTTP wants it. */
        COMPLETE,
        /** The connection is closed, whatever the body was meant to be. */
        CLOSE,
        /** The connection is reset. */
        RESET,
        /** Nothing, for ever. */
        STALL
    }

    /** A whole JSON body that is there at once. */
    static Http json(int status, String body) {
        return json(status, Buffer.buffer(body), 0);
    }

    static Http json(int status, Buffer body, long delayMillis) {
        return new Http(
                status,
                Map.of("content-type", "application/json"),
                delayMillis,
                Pacing.STILL,
                List.of(new Piece(body, Pacing.Beat.AT_ONCE)).iterator(),
                Ending.COMPLETE);
    }
}
