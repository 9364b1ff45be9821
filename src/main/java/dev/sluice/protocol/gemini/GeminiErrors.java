package dev.sluice.protocol.gemini;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.ContextLengthText;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.request.RequestErrors;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * Errors of requests to and responses from Gemini, and errors for clients in Google's envelope:
 * {@code {"error":{"code","message","status","details"}}}.
 */
public final class GeminiErrors {

    private static final String TYPE = "{\"@type\":\"type.googleapis.com/google.rpc.";

    private GeminiErrors() {}

    /** The body of an error that ends a request. */
    public static ByteSlice body(GatewayError error) {
        return ByteSlice.of(envelope(error));
    }

    /**
     * The end of a failed stream, in two forms. google-genai for Python and JavaScript and the AI SDK read an error
     * from an event. Some older libraries are reported to ignore it there, and to fail on JSON that is no event, which
     * readers of event streams skip.
     */
    static ByteSlice event(GatewayError error, String requestId) {
        String envelope = envelope(error);
        return ByteSlice.of("data: " + envelope + "\n\n" + envelope);
    }

    static GatewayException unsupported(String param, String why) {
        return RequestErrors.unsupported(param, "is not supported by Gemini: " + why);
    }

    /** The prompt was blocked, so there is no response. */
    static GatewayError blocked(String reason) {
        return GatewayError.of(Kind.CONTENT_FILTER, "the provider blocked the prompt: " + reason);
    }

    private static String envelope(GatewayError error) {
        return "{\"error\":{\"code\":" + error.status() + ",\"message\":"
                + JsonText.quote(ContextLengthText.gemini(error)) + ",\"status\":\"" + status(error.kind())
                + "\",\"details\":[" + details(error) + "]}}";
    }

    private static String details(GatewayError error) {
        StringBuilder details = new StringBuilder();
        String code = error.code() == null ? error.kind().name() : error.code();
        details.append(TYPE)
                .append("ErrorInfo\",\"reason\":")
                .append(JsonText.quote(code.toUpperCase(Locale.ROOT)))
                .append(",\"domain\":\"sluice\"}");
        if (error.param() != null) {
            details.append(',')
                    .append(TYPE)
                    .append("BadRequest\",\"fieldViolations\":[{\"field\":")
                    .append(JsonText.quote(error.param()))
                    .append(",\"description\":")
                    .append(JsonText.quote(error.message()))
                    .append("}]}");
        }
        if (error.retryAfterMillis() >= 0) {
            details.append(',')
                    .append(TYPE)
                    .append("RetryInfo\",\"retryDelay\":\"")
                    .append(BigDecimal.valueOf(error.retryAfterMillis(), 3)
                            .stripTrailingZeros()
                            .toPlainString())
                    .append("s\"}");
        }
        return details.toString();
    }

    /** Source: Google's error model, google.rpc.Code, read 2026-11. */
    private static String status(Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST,
                    CONTEXT_LENGTH,
                    UNSUPPORTED,
                    CONTENT_FILTER,
                    FOREIGN_REASONING,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE -> "INVALID_ARGUMENT";
            case AUTHENTICATION -> "UNAUTHENTICATED";
            case PERMISSION -> "PERMISSION_DENIED";
            case NOT_FOUND, MODEL_NOT_FOUND -> "NOT_FOUND";
            case METHOD_NOT_ALLOWED -> "UNIMPLEMENTED";
            case RATE_LIMITED, QUOTA_SPENT -> "RESOURCE_EXHAUSTED";
            case REQUEST_TIMEOUT, TIMEOUT -> "DEADLINE_EXCEEDED";
            case UNAVAILABLE, UPSTREAM, TRUNCATED -> "UNAVAILABLE";
            case INTERNAL, PROVIDER_AUTH -> "INTERNAL";
        };
    }
}
