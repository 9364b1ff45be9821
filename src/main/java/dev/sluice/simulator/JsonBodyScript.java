package dev.sluice.simulator;

import dev.sluice.simulator.Fault.Oddity;
import dev.sluice.simulator.Pacing.Beat;
import dev.sluice.simulator.Reply.Ending;
import dev.sluice.simulator.Reply.Piece;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Renders a response as one JSON body, with its fault. A fault in the middle occurs after half of the body. */
final class JsonBodyScript {

    /** Within the limit on a complete response. */
    static final int PADDING = 2 << 20;

    private final Buffer body;
    private final Fault.Within fault;

    JsonBodyScript(Envelope envelope, Fault.Within fault) {
        this.body = Buffer.buffer(envelope.body());
        this.fault = fault;
    }

    Reply.Http reply(long delayMillis) {
        return switch (fault) {
            case Fault.Midway midway -> broken(midway.kind(), delayMillis);
            case Oddity oddity -> odd(oddity, delayMillis);
            case Fault.None none -> Reply.json(200, body, delayMillis);
        };
    }

    private Reply.Http broken(Fault.Break kind, long delayMillis) {
        int half = body.length() / 2;
        return switch (kind) {
            case STALL -> half(delayMillis, Ending.STALL);
            case CUT -> half(delayMillis, Ending.CLOSE);
            case RESET_MID -> half(delayMillis, Ending.RESET);
            case CUT_CLEAN -> Reply.json(200, body.getBuffer(0, half), delayMillis);
            case MALFORMED -> Reply.json(200, Buffer.buffer("{,,").appendBuffer(body), delayMillis);
            case ERROR_EVENT -> Reply.json(200, Buffer.buffer(StreamScript.FAILURE), delayMillis);
            case OVERSIZED -> Reply.json(200, padded(), delayMillis);
        };
    }

    private Reply.Http odd(Oddity oddity, long delayMillis) {
        return switch (oddity) {
            case MISSING_DONE, USAGE_IN_CHOICES, COMMENTS, CRLF, JOINED -> Reply.json(200, body, delayMillis);
            case WRONG_CONTENT_TYPE -> http(Map.of("content-type", "text/plain"), delayMillis, body, Ending.COMPLETE);
            case SPLIT ->
                new Reply.Http(
                        200,
                        Map.of("content-type", "application/json", "transfer-encoding", "chunked"),
                        delayMillis,
                        Pacing.IMMEDIATE,
                        StreamScript.split(new Piece(body, Beat.AT_ONCE)).iterator(),
                        Ending.COMPLETE);
        };
    }

    /** Announces the length of the complete body and sends half of it. */
    private Reply.Http half(long delayMillis, Ending ending) {
        Map<String, String> headers = new HashMap<>();
        headers.put("content-type", "application/json");
        headers.put("content-length", Integer.toString(body.length()));
        return http(headers, delayMillis, body.getBuffer(0, body.length() / 2), ending);
    }

    private Buffer padded() {
        return Buffer.buffer("{\"padding\":\"" + "x".repeat(PADDING) + "\",")
                .appendBuffer(body.getBuffer(1, body.length()));
    }

    private static Reply.Http http(Map<String, String> headers, long delayMillis, Buffer bytes, Ending ending) {
        return new Reply.Http(
                200,
                headers,
                delayMillis,
                Pacing.IMMEDIATE,
                List.of(new Piece(bytes, Beat.AT_ONCE)).iterator(),
                ending);
    }
}
