package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;

/** What Perplexity says when it does not answer. Answers that failed or were cancelled come with status 200. */
final class PerplexityErrors {

    /** Since 2026-09-27 the chat path answers 403 with one of these: neither key nor request is at fault. */
    private static final String[] RETIRED = {"chat_completions_not_available", "agent_api_migration_required"};

    private PerplexityErrors() {}

    static GatewayError of(int status, ByteSlice body) {
        if (status >= 200 && status < 300) {
            return instead(UpstreamErrors.withoutByteOrderMark(body));
        }
        GatewayError said = UpstreamErrors.of(status, body);
        String retired = status == 403 ? retired(body) : null;
        return retired == null
                ? said
                : GatewayError.of(Kind.UPSTREAM, said.message()).withCode(retired);
    }

    /** The failure an answer's status tells, or null when it is an answer. */
    static GatewayError failure(JsonNode response) {
        String status = Json.textAt(response, "status");
        return switch (status == null ? "completed" : status) {
            case "failed", "cancelled" -> told(status, response);
            case "queued", "in_progress" ->
                malformed("status \"" + status + "\"", "an answer that is complete")
                        .error();
            default -> null;
        };
    }

    /** What an {@code error} event, or the error of a failed answer, means. */
    static GatewayError event(JsonNode event) {
        if (event.path("error").isObject() || event.path("error").isTextual()) {
            return UpstreamErrors.event(Json.bytes(event));
        }
        ObjectNode wrapped = Json.object();
        wrapped.set("error", event.isObject() ? event.deepCopy() : Json.object());
        // Its own type says "error" only.
        if ("error".equals(Json.textAt(event, "type"))) {
            ((ObjectNode) wrapped.get("error")).remove("type");
        }
        return UpstreamErrors.event(Json.bytes(wrapped));
    }

    static GatewayException malformed(String what, String expected) {
        return new GatewayException(UpstreamErrors.malformed(what + " (expected: " + expected + ")"));
    }

    private static GatewayError told(String status, JsonNode response) {
        return Json.present(response, "error") != null
                ? event(response)
                : GatewayError.of(Kind.UPSTREAM, "the provider ended the answer with status \"" + status + "\"");
    }

    private static GatewayError instead(ByteSlice body) {
        JsonNode answer;
        try {
            answer = Json.read(body);
        } catch (MalformedJson malformed) {
            return malformed("a body that " + malformed.getMessage(), "a JSON object")
                    .error();
        }
        if (!answer.isObject()) {
            return malformed("a body that is not an object", "a JSON object").error();
        }
        GatewayError failure = failure(answer);
        if (failure != null) {
            return failure;
        }
        return Json.present(answer, "error") == null || answer.has("output") ? null : event(answer);
    }

    private static String retired(ByteSlice body) {
        JsonNode document = Json.readOrNull(body.toText());
        JsonNode error = document == null ? null : document.path("error");
        for (String word : RETIRED) {
            if (error != null && (word.equals(Json.textAt(error, "type")) || word.equals(Json.textAt(error, "code")))) {
                return word;
            }
        }
        return null;
    }
}
