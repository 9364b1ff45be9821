package dev.sluice.protocol.anthropic;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.ClientErrorText;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.request.RequestErrors;

/** Errors in Anthropic's envelope: {@code {"type":"error","error":{"type","message"},"request_id"}}. */
public final class AnthropicErrors {

    private static final String THREAD = "thread";
    private static final String THREAD_UNSUPPORTED = "thread_unsupported_request";

    private AnthropicErrors() {}

    /** The body of an error that ends a request. */
    public static ByteSlice body(GatewayError error, String requestId) {
        return ByteSlice.of(envelope(error, requestId));
    }

    /** The event that ends a failed stream: all libraries read an event named {@code error}. */
    static ByteSlice event(GatewayError error, String requestId) {
        return ByteSlice.of("event: error\ndata: " + envelope(error, requestId) + "\n\n");
    }

    /** The error of a request that Anthropic could only serve with another meaning. */
    static GatewayException unsupported(String field, String expected) {
        return RequestErrors.unsupported(field, "is not supported by Anthropic (expected: " + expected + ").");
    }

    /** The refusal of {@code thread} in the form from which Anthropic's SDKs recover. */
    static GatewayException threadUnsupported() {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNSUPPORTED,
                        "'thread' is not supported for this model: its provider does not keep the messages of a thread."
                                + " Send the whole conversation in 'messages'.")
                .withParam(THREAD)
                .withCode(THREAD_UNSUPPORTED));
    }

    /** The error code goes where Anthropic puts its own: {@code details.error_code}. */
    private static String envelope(GatewayError error, String requestId) {
        String unsupported = THREAD_UNSUPPORTED.equals(error.code()) ? ",\"unsupported\":[\"" + THREAD + "\"]" : "";
        String code = error.code() == null
                ? ""
                : ",\"details\":{\"error_code\":" + JsonText.quote(error.code()) + unsupported + "}";
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type(error.kind()) + "\",\"message\":"
                + JsonText.quote(ClientErrorText.anthropic(error)) + code + "},\"request_id\":"
                + JsonText.quote(requestId) + "}";
    }

    /** Source: Anthropic's API reference, errors, read 2026-11. */
    private static String type(GatewayError.Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST,
                    CONTEXT_LENGTH,
                    UNSUPPORTED,
                    CONTENT_FILTER,
                    FOREIGN_REASONING,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    UNSUPPORTED_MEDIA_TYPE -> "invalid_request_error";
            case AUTHENTICATION -> "authentication_error";
            case PERMISSION -> "permission_error";
            case NOT_FOUND, MODEL_NOT_FOUND -> "not_found_error";
            case TOO_LARGE -> "request_too_large";
            case RATE_LIMITED -> "rate_limit_error";
            case QUOTA_SPENT -> "billing_error";
            case UNAVAILABLE -> "overloaded_error";
            case TIMEOUT -> "timeout_error";
            case INTERNAL, PROVIDER_AUTH, UPSTREAM, TRUNCATED -> "api_error";
        };
    }
}
