package dev.sluice.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The simulator's reply to one request. */
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

    /** Nothing is sent. */
    record Mute(Ending ending) implements Reply {}

    /** Bytes that are not HTTP, then the connection is closed. */
    record Garbage(Buffer bytes) implements Reply {}

    /** The bytes of one write: in a chunked body, one HTTP chunk. */
    record Piece(Buffer bytes, Pacing.Beat beat) {

        static Piece atOnce(String text) {
            return new Piece(Buffer.buffer(text), Pacing.Beat.AT_ONCE);
        }
    }

    /** What happens after the last piece. */
    enum Ending {
        /** The body ends properly. */
        COMPLETE,
        /** The connection is closed before the end of the body. */
        CLOSE,
        /** The connection is reset. */
        RESET,
        /** Nothing: the connection stays open. */
        STALL
    }

    /** A complete JSON body without delay. */
    static Http json(int status, String body) {
        return json(status, Buffer.buffer(body), 0);
    }

    static Http json(int status, Buffer body, long delayMillis) {
        return new Http(
                status,
                Map.of("content-type", "application/json"),
                delayMillis,
                Pacing.IMMEDIATE,
                List.of(new Piece(body, Pacing.Beat.AT_ONCE)).iterator(),
                Ending.COMPLETE);
    }
}
