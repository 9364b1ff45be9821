package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Ending;
import dev.sluice.simulator.Reply.Piece;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The simulator's error replies, worded as OpenAI words them, and replies that are no responses. */
final class SimulatorErrors {

    private SimulatorErrors() {}

    static Reply.Http error(int status, String message, String type, String param, String code) {
        return Reply.json(
                status,
                "{\"error\":{\"message\":" + JsonStrings.string(message) + ",\"type\":" + JsonStrings.string(type)
                        + ",\"param\":" + JsonStrings.stringOrNull(param) + ",\"code\":"
                        + JsonStrings.stringOrNull(code) + "}}");
    }

    static Reply.Http invalid(String message, String param) {
        return error(400, message, "invalid_request_error", param, null);
    }

    static Reply.Http modelNotFound(String model) {
        return error(
                404,
                "The model '" + model + "' does not exist or you do not have access to it.",
                "invalid_request_error",
                "model",
                "model_not_found");
    }

    static Reply.Http noSuchPath(String method, String path) {
        return error(404, "Invalid URL (" + method + " " + path + ")", "invalid_request_error", null, null);
    }

    static Reply instead(Fault.Instead fault, SimulatorDirectives directives) {
        return switch (fault) {
            case Fault.Status status -> status(status.code(), directives.retryAfter());
            case Fault.Refusal refusal -> refusal(refusal);
            case Fault.Early early -> early(early);
        };
    }

    private static Reply.Http status(int status, Duration retryAfter) {
        String message = "Simulated status " + status + ".";
        Reply.Http refusal = switch (status) {
            case 401 -> error(status, message, "invalid_request_error", null, "invalid_api_key");
            case 404 -> error(status, message, "invalid_request_error", "model", "model_not_found");
            case 429 -> error(status, message, "requests", null, "rate_limit_exceeded");
            default -> error(status, message, status < 500 ? "invalid_request_error" : "server_error", null, null);
        };
        return retryAfter.isZero() ? refusal : with(refusal, retryAfter);
    }

    private static Reply.Http refusal(Fault.Refusal refusal) {
        return switch (refusal) {
            case CONTEXT_LENGTH ->
                error(
                        400,
                        "This model's maximum context length is 8192 tokens. Please reduce the length of the messages.",
                        "invalid_request_error",
                        "messages",
                        "context_length_exceeded");
            case CONTENT_FILTER ->
                error(
                        400,
                        "The response was filtered due to the prompt triggering the content management policy.",
                        "invalid_request_error",
                        "prompt",
                        "content_filter");
            case INSUFFICIENT_QUOTA ->
                error(
                        429,
                        "You exceeded your current quota, please check your plan and billing details.",
                        "insufficient_quota",
                        null,
                        "insufficient_quota");
            case HTML ->
                new Reply.Http(
                        502,
                        Map.of("content-type", "text/html"),
                        0,
                        Pacing.IMMEDIATE,
                        one("<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad"
                                + " Gateway</h1></body></html>\n"),
                        Ending.COMPLETE);
            case ERROR_200 -> Reply.json(200, StreamScript.FAILURE);
        };
    }

    /** A fault before any byte of the body. */
    private static Reply early(Fault.Early early) {
        return switch (early) {
            case RESET -> new Reply.Mute(Ending.RESET);
            case SILENT -> new Reply.Mute(Ending.STALL);
            case GARBAGE_STATUS -> new Reply.Garbage(Buffer.buffer("HTP/9.z 2OO fine\r\nnot: a response\r\n\r\n"));
            case RESET_AFTER_HEADERS -> headersOnly(Ending.RESET);
            case HEADERS_THEN_STALL -> headersOnly(Ending.STALL);
        };
    }

    private static Reply.Http headersOnly(Ending ending) {
        Map<String, String> headers = Map.of("content-type", "text/event-stream", "transfer-encoding", "chunked");
        return new Reply.Http(
                200, headers, 0, Pacing.IMMEDIATE, List.<Piece>of().iterator(), ending);
    }

    /** Rounds the seconds up, as a header without fractions must; the milliseconds are exact. */
    private static Reply.Http with(Reply.Http refusal, Duration retryAfter) {
        Map<String, String> headers = new HashMap<>(refusal.headers());
        headers.put("retry-after", Long.toString((retryAfter.toMillis() + 999) / 1000));
        headers.put("retry-after-ms", Long.toString(retryAfter.toMillis()));
        return new Reply.Http(refusal.status(), headers, 0, Pacing.IMMEDIATE, refusal.pieces(), refusal.ending());
    }

    private static Iterator<Piece> one(String text) {
        return List.of(Piece.atOnce(text)).iterator();
    }
}
