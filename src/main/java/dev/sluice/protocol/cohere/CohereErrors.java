package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import java.util.Locale;

/** What Cohere says when it does not answer: {@code {"message":"…"}}, or a finish reason that is a failure. */
final class CohereErrors {

    private CohereErrors() {}

    static GatewayError of(int status, ByteSlice body) {
        if (status >= 200 && status < 300) {
            return instead(UpstreamErrors.withoutByteOrderMark(body));
        }
        GatewayError said = UpstreamErrors.of(status, body);
        String message = said.message().toLowerCase(Locale.ROOT);
        if (status == 498) {
            // The documentation: "a request or response contains a deny-listed token".
            return as(Kind.CONTENT_FILTER, said);
        }
        if (status == 499) {
            // Cancelled at their side: "streaming error", "request cancelled". To be tried again, they say.
            return as(Kind.UPSTREAM, said);
        }
        if (status == 400 && message.contains("too many tokens")) {
            return as(Kind.CONTEXT_LENGTH, said);
        }
        if (status == 429 && message.contains("/ month")) {
            // A trial key's allowance: waiting does not help.
            return as(Kind.QUOTA_SPENT, said);
        }
        return said;
    }

    /** The failure that a finish reason tells, or null when it is an end like any other. */
    static GatewayError finish(String reason, String error) {
        if (reason == null || !reason.equals("TIMEOUT") && !reason.startsWith("ERROR")) {
            return null;
        }
        // Through the same door as any error, which makes the provider's words fit to be shown.
        JsonNode told =
                Json.object().put("message", error == null ? "it ended with finish_reason \"" + reason + "\"" : error);
        return as(Kind.UPSTREAM, UpstreamErrors.event(Json.bytes(told))).withCode("upstream_failed");
    }

    /** @param where for people: {@code the stream's event tool-call-start} */
    static GatewayException malformed(String where, String expected) {
        return new GatewayException(UpstreamErrors.malformed(where + " (expected: " + expected + ")"));
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
        if (Json.textAt(answer, "message") != null) {
            return UpstreamErrors.event(body);
        }
        return finish(Json.textAt(answer, "finish_reason"), Json.textAt(answer, "error"));
    }

    private static GatewayError as(Kind kind, GatewayError said) {
        return GatewayError.of(kind, said.message());
    }
}
