package dev.sluice.http.responses;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.protocol.responses.ResponseCreate;
import java.util.regex.Pattern;

/** The errors of the WebSocket transport, in the words of OpenAI's guide "WebSocket mode", read 2026-11. */
final class SocketErrors {

    private static final Pattern STREAM_ID = Pattern.compile("[A-Za-z0-9_.-]{1,256}");

    private SocketErrors() {}

    static boolean isStreamId(String name) {
        return name != null && STREAM_ID.matcher(name).matches();
    }

    static GatewayError unknownType(String type) {
        return GatewayError.invalid(
                "event type " + (type == null ? "is missing" : type + " is not supported") + " (expected: "
                        + ResponseCreate.TYPE + ")",
                "type",
                "invalid_value");
    }

    static GatewayError invalidStreamId() {
        return GatewayError.invalid(
                "The 'stream_id' field must be a non-empty string with at most 256 characters and may only contain"
                        + " letters, numbers, underscores, hyphens, and periods.",
                "stream_id",
                "invalid_stream_id");
    }

    static GatewayError tooManyStreams(int limit) {
        return GatewayError.invalid(
                "This WebSocket connection has reached its maximum number of distinct stream IDs (" + limit
                        + "). Reuse an existing stream_id or open a new WebSocket connection.",
                "stream_id",
                "websocket_stream_limit_reached");
    }

    static GatewayError tooManyWaiting(int limit) {
        return GatewayError.of(
                        Kind.RATE_LIMITED,
                        limit + " events of this connection wait for earlier responses; wait for one of them or open"
                                + " another connection")
                .withCode("websocket_queue_full");
    }

    static GatewayError ageLimit(long minutes) {
        return GatewayError.invalid(
                "Responses websocket connection limit reached (" + minutes
                        + " minutes). Create a new websocket connection to continue.",
                null,
                "websocket_connection_limit_reached");
    }
}
