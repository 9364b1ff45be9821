package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import java.util.Locale;

/** Classifies Cohere's errors: a body {@code {"message":"…"}}, or a finish reason that is a failure. */
final class CohereErrors {

    private CohereErrors() {}

    static GatewayError of(int status, ByteSlice body) {
        if (status >= 200 && status < 300) {
            return errorInSuccess(body);
        }
        GatewayError error = UpstreamErrors.of(status, body);
        String message = error.message().toLowerCase(Locale.ROOT);
        if (status == 498) {
            // Cohere's documentation: "a request or response contains a deny-listed token".
            return as(Kind.CONTENT_FILTER, error);
        }
        if (status == 499) {
            // Canceled by Cohere: "streaming error", "request cancelled". Documented as retryable.
            return as(Kind.UPSTREAM, error);
        }
        if (status == 400 && message.contains("too many tokens")) {
            return as(Kind.CONTEXT_LENGTH, error);
        }
        if (status == 429 && message.contains("/ month")) {
            // The monthly quota of a trial key: waiting does not help.
            return as(Kind.QUOTA_SPENT, error).withKeyFault(error.keyFault());
        }
        return error;
    }

    /** The failure that a finish reason reports, or null for a normal end. */
    static GatewayError finish(String reason, String error) {
        if (reason == null || !reason.equals("TIMEOUT") && !reason.startsWith("ERROR")) {
            return null;
        }
        // Classified like any error body, which also sanitizes the provider's text.
        JsonNode body =
                Json.object().put("message", error == null ? "it ended with finish_reason \"" + reason + "\"" : error);
        return as(Kind.UPSTREAM, UpstreamErrors.ofEvent(Json.bytes(body))).withCode("upstream_failed");
    }

    private static GatewayError errorInSuccess(ByteSlice body) {
        JsonNode response;
        try {
            response = UpstreamErrors.readObject(body);
        } catch (GatewayException malformed) {
            return malformed.error();
        }
        if (Json.textAt(response, "message") != null) {
            return UpstreamErrors.ofEvent(body);
        }
        return finish(Json.textAt(response, "finish_reason"), Json.textAt(response, "error"));
    }

    private static GatewayError as(Kind kind, GatewayError error) {
        return GatewayError.of(kind, error.message());
    }
}
