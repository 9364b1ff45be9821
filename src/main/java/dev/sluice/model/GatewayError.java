package dev.sluice.model;

/**
 * A refusal or failure, independent of protocols. {@code http} writes it in the envelope of the client's protocol;
 * {@code http.exchange.FailoverPolicy} decides by its kind whether another attempt may help.
 *
 * @param kind category; defines the default status, the type, and whether another target may succeed
 * @param status the HTTP status the client sees if the error ends the request
 * @param message human-readable: what is wrong and what is expected; never a secret, never a prompt
 * @param param the request field at fault, or null
 * @param code the machine-readable code; OpenAI's where it has one
 * @param failure the failure that Sluice itself found, whose code this is; null for any other code. Code must act on
 *     this and not on {@code code}: a provider, such as another Sluice, may send the same text
 * @param retryAfterMillis how long the caller should wait, or -1 when unknown
 * @param keyFault what it means for the provider's API key
 */
public record GatewayError(
        Kind kind,
        int status,
        String message,
        String param,
        String code,
        FailureCode failure,
        long retryAfterMillis,
        KeyFault keyFault) {

    /**
     * Wait after a rate limit for which the provider gave no time: the cooldown of its API key, and the minimum pause
     * before a retry.
     */
    public static final long THROTTLED_MILLIS = 1_000;

    /** The end of a provider's text that was cut. The beginning of a secret may be before it. */
    public static final String CUT = "\u2026";

    /** The categories of errors. */
    public enum Kind {
        INVALID_REQUEST(400, "invalid_request_error", null, false),
        CONTEXT_LENGTH(400, "invalid_request_error", "context_length_exceeded", true),
        /** This provider cannot serve the request: it lacks the surface, a feature, or a response that it refers to. */
        UNSUPPORTED(400, "invalid_request_error", "unsupported_by_provider", true),
        CONTENT_FILTER(400, "invalid_request_error", "content_filter", true),
        /** The provider refuses reasoning of the conversation as not its own; the one that made it takes it. */
        FOREIGN_REASONING(400, "invalid_request_error", "foreign_reasoning", true),
        AUTHENTICATION(401, "authentication_error", "invalid_api_key", false),
        PERMISSION(403, "permission_error", "permission_denied", false),
        NOT_FOUND(404, "invalid_request_error", "not_found", false),
        /**
         * Reported by a provider, this is a fault of the target and not of the client: another target may have the
         * model.
         */
        MODEL_NOT_FOUND(404, "invalid_request_error", "model_not_found", true),
        METHOD_NOT_ALLOWED(405, "invalid_request_error", "method_not_allowed", false),
        REQUEST_TIMEOUT(408, "invalid_request_error", "request_timeout", false),
        TOO_LARGE(413, "invalid_request_error", "request_too_large", false),
        UNSUPPORTED_MEDIA_TYPE(415, "invalid_request_error", "unsupported_media_type", false),
        RATE_LIMITED(429, "rate_limit_error", "rate_limit_exceeded", true),
        /** The credit or quota at the provider is spent: waiting does not help, another provider may. */
        QUOTA_SPENT(429, "insufficient_quota", "insufficient_quota", true),
        INTERNAL(500, "server_error", "internal_error", false),
        /** The provider rejected Sluice's key, for the request or altogether: another key or provider may serve. */
        PROVIDER_AUTH(502, "upstream_error", "provider_auth_failed", true),
        /** The provider failed: a 5xx, a malformed response, an error event, a closed connection. */
        UPSTREAM(502, "upstream_error", "upstream_failed", true),
        /** A stream ended without its terminal marker. */
        TRUNCATED(502, "upstream_error", "upstream_truncated", true),
        /** Temporarily unable to serve: breaker open, all keys in cooldown, queue full, draining. */
        UNAVAILABLE(503, "overloaded_error", "unavailable", true),
        /** A configured timeout expired before the response was complete. */
        TIMEOUT(504, "timeout_error", "upstream_timeout", true);

        private final int status;
        private final String type;
        private final String code;
        private final boolean otherTargetMayServe;

        Kind(int status, String type, String code, boolean otherTargetMayServe) {
            this.status = status;
            this.type = type;
            this.code = code;
            this.otherTargetMayServe = otherTargetMayServe;
        }

        public int status() {
            return status;
        }

        /** The {@code error.type} of the OpenAI envelope. */
        public String type() {
            return type;
        }
    }

    public static GatewayError of(Kind kind, String message) {
        return new GatewayError(kind, kind.status, message, null, kind.code, null, -1, KeyFault.of(kind));
    }

    public static GatewayError invalid(String message, String param, String code) {
        return new GatewayError(
                Kind.INVALID_REQUEST, Kind.INVALID_REQUEST.status, message, param, code, null, -1, KeyFault.NONE);
    }

    public GatewayError withMessage(String message) {
        return new GatewayError(kind, status, message, param, code, failure, retryAfterMillis, keyFault);
    }

    public GatewayError withStatus(int status) {
        return new GatewayError(kind, status, message, param, code, failure, retryAfterMillis, keyFault);
    }

    public GatewayError withCode(String code) {
        return new GatewayError(kind, status, message, param, code, null, retryAfterMillis, keyFault);
    }

    public GatewayError withCode(FailureCode failure) {
        return new GatewayError(kind, status, message, param, failure.code(), failure, retryAfterMillis, keyFault);
    }

    public GatewayError withParam(String param) {
        return new GatewayError(kind, status, message, param, code, failure, retryAfterMillis, keyFault);
    }

    public GatewayError withRetryAfter(long millis) {
        return new GatewayError(kind, status, message, param, code, failure, millis, keyFault);
    }

    public GatewayError withKeyFault(KeyFault keyFault) {
        return new GatewayError(kind, status, message, param, code, failure, retryAfterMillis, keyFault);
    }

    /** Whether the next target of the plan may succeed where this one failed. False for the client's own mistakes. */
    public boolean otherTargetMayServe() {
        return kind.otherTargetMayServe;
    }
}
