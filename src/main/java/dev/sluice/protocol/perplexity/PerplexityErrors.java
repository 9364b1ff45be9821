package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;

/** Classifies Perplexity's errors. Failed or canceled responses have status 200. */
final class PerplexityErrors {

    /**
     * Error codes of the retired chat API, sent with status 403 since 2026-09-27: neither key nor request is at fault.
     */
    private static final String[] RETIRED = {"chat_completions_not_available", "agent_api_migration_required"};

    private PerplexityErrors() {}

    static GatewayError of(int status, ByteSlice body) {
        if (status >= 200 && status < 300) {
            return errorInSuccess(body);
        }
        GatewayError error = UpstreamErrors.of(status, body);
        String retired = status == 403 ? retired(body) : null;
        return retired == null
                ? error
                : GatewayError.of(Kind.UPSTREAM, error.message()).withCode(retired);
    }

    /** The failure in a response's status, or null for a complete response. */
    static GatewayError failure(JsonNode response) {
        String status = Json.textAt(response, "status");
        return switch (status == null ? "completed" : status) {
            case "failed", "cancelled" -> failureOf(status, response);
            case "queued", "in_progress" ->
                UpstreamErrors.malformedResponse("status \"" + status + "\"", "a complete response")
                        .error();
            default -> null;
        };
    }

    /** The error in an {@code error} event or in a failed response. */
    static GatewayError event(JsonNode event) {
        if (event.path("error").isObject() || event.path("error").isTextual()) {
            return UpstreamErrors.ofEvent(Json.bytes(event));
        }
        ObjectNode wrapped = Json.object();
        wrapped.set("error", event.isObject() ? event.deepCopy() : Json.object());
        // The event's type is "error", not an error type.
        if ("error".equals(Json.textAt(event, "type"))) {
            ((ObjectNode) wrapped.get("error")).remove("type");
        }
        return UpstreamErrors.ofEvent(Json.bytes(wrapped));
    }

    private static GatewayError failureOf(String status, JsonNode response) {
        return Json.present(response, "error") != null
                ? event(response)
                : GatewayError.of(Kind.UPSTREAM, "the provider ended the response with status \"" + status + "\"");
    }

    private static GatewayError errorInSuccess(ByteSlice body) {
        JsonNode response;
        try {
            response = UpstreamErrors.readObject(body);
        } catch (GatewayException malformed) {
            return malformed.error();
        }
        GatewayError failure = failure(response);
        if (failure != null) {
            return failure;
        }
        return Json.present(response, "error") == null || response.has("output") ? null : event(response);
    }

    private static String retired(ByteSlice body) {
        JsonNode document = Json.readOrNull(body.toText());
        JsonNode error = document == null ? null : document.path("error");
        for (String code : RETIRED) {
            if (error != null && (code.equals(Json.textAt(error, "type")) || code.equals(Json.textAt(error, "code")))) {
                return code;
            }
        }
        return null;
    }
}
