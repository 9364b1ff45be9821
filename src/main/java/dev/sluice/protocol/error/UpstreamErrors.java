package dev.sluice.protocol.error;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.KeyFault;
import dev.sluice.model.KeyFault.Scope;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;

/**
 * Classifies the errors of providers. A code in the body takes precedence over the HTTP status, and the status over the
 * message: an exhausted quota may be a 429, an invalid key a 400, a filtered prompt a 403.
 *
 * <p>Messages quote requests, so a message alone never makes an API key unusable ({@link KeyFault}). Only with status
 * 401 or 403, and without a quotation, it counts as the provider's own statement about the key.
 */
public final class UpstreamErrors {

    /** OpenAI's codes of an overload. Agents such as Codex act on them, so clients get them as they are. */
    private static final String[] OVERLOADED = {"server_is_overloaded", "slow_down"};

    private final int status;
    private final ProviderErrorBody errorBody;

    private UpstreamErrors(int status, ProviderErrorBody errorBody) {
        this.status = status;
        this.errorBody = errorBody;
    }

    /** The error of a response whose status is not 2xx. */
    public static GatewayError of(int status, ByteSlice body) {
        return new UpstreamErrors(status, ProviderErrorBody.read(withoutByteOrderMark(body))).toError();
    }

    /** The error reported by an event of a stream. */
    public static GatewayError ofEvent(ByteSlice data) {
        ProviderErrorBody errorBody = ProviderErrorBody.read(data);
        return new UpstreamErrors(errorBody.status(), errorBody).toError();
    }

    public static ByteSlice withoutByteOrderMark(ByteSlice body) {
        byte[] bytes = body.array();
        int at = body.offset();
        boolean marked = body.length() >= 3
                && bytes[at] == (byte) 0xef
                && bytes[at + 1] == (byte) 0xbb
                && bytes[at + 2] == (byte) 0xbf;
        return marked ? new ByteSlice(bytes, at + 3, body.length() - 3) : body;
    }

    /**
     * The error for a response, or an event of one, that does not follow the provider's format.
     *
     * @param what the invalid part and what was expected, for example {@code no message (expected: choices[0].message)}
     */
    public static GatewayError malformed(String what) {
        return GatewayError.of(Kind.UPSTREAM, "the provider sent a malformed response: " + what)
                .withCode(FailureCode.MALFORMED_RESPONSE);
    }

    /** The error for a body that is no JSON. Web servers respond to unknown paths with a page, even with status 200. */
    public static GatewayError notJson(ByteSlice body, String what, MalformedJson malformed) {
        for (int i = body.offset(); i < body.end(); i++) {
            byte c = body.array()[i];
            if (c == '<') {
                return malformed(what + " that is a page in HTML or XML (expected: JSON; base_url may be wrong)");
            }
            if (c > ' ' || c < 0) {
                break;
            }
        }
        return malformed(what + " that " + malformed.getMessage());
    }

    /** The exception with {@link #malformed(String)}. */
    public static GatewayException malformedResponse(String what) {
        return new GatewayException(malformed(what));
    }

    /**
     * Reads the body of a successful response, with or without a byte order mark.
     *
     * @throws GatewayException of a malformed response
     */
    public static JsonNode read(ByteSlice body) {
        try {
            return Json.read(withoutByteOrderMark(body));
        } catch (MalformedJson malformed) {
            throw new GatewayException(notJson(withoutByteOrderMark(body), "a body", malformed));
        }
    }

    /** As {@link #read}, of a format whose responses are objects. */
    public static JsonNode readObject(ByteSlice body) {
        JsonNode response = read(body);
        if (!response.isObject()) {
            throw malformedResponse("a body that is not an object", "a JSON object");
        }
        return response;
    }

    /** As {@link #malformedResponse(String)}. */
    public static GatewayException malformedResponse(String what, String expected) {
        return malformedResponse(what + " (expected: " + expected + ")");
    }

    private GatewayError toError() {
        Kind kind = kind();
        GatewayError error = GatewayError.of(kind, message(kind))
                .withRetryAfter(retryDelay(kind))
                .withKeyFault(keyFault(kind));
        if (kind == Kind.UNSUPPORTED && UnknownReferenceText.isResponse(status, errorBody)) {
            return error.withParam(UnknownReferenceText.RESPONSE_PARAM).withCode(UnknownReferenceText.RESPONSE_CODE);
        }
        if (kind == Kind.INVALID_REQUEST || kind == Kind.UNSUPPORTED) {
            return error.withStatus(clientStatus()).withParam(errorBody.param()).withCode(errorBody.code());
        }
        for (String code : OVERLOADED) {
            if (kind == Kind.UNAVAILABLE && errorBody.hasCode(code)) {
                return error.withCode(code);
            }
        }
        if (kind == Kind.FOREIGN_REASONING) {
            // Clients that remove the reasoning and try again know the provider's own code and words.
            GatewayError named = errorBody.code() == null ? error : error.withCode(errorBody.code());
            return named.withStatus(clientStatus()).withParam(errorBody.param());
        }
        return kind == Kind.CONTEXT_LENGTH || kind == Kind.CONTENT_FILTER ? error.withParam(errorBody.param()) : error;
    }

    private long retryDelay(Kind kind) {
        return errorBody.retryMillis() < 0 && kind == Kind.RATE_LIMITED
                ? RetryDelayText.inMessage(errorBody.message())
                : errorBody.retryMillis();
    }

    private Kind kind() {
        if (quotaExhausted()) {
            return Kind.QUOTA_SPENT;
        }
        if (contextLength()) {
            return Kind.CONTEXT_LENGTH;
        }
        if (contentFiltered()) {
            return Kind.CONTENT_FILTER;
        }
        if (keyRejected()) {
            return Kind.PROVIDER_AUTH;
        }
        if (errorBody.hasCode("model_not_found", "deploymentnotfound", "invalid_model")) {
            return Kind.MODEL_NOT_FOUND;
        }
        if (UnknownReferenceText.isResponse(status, errorBody)) {
            return Kind.UNSUPPORTED;
        }
        if (ForeignReasoningText.isIn(status, errorBody)) {
            return Kind.FOREIGN_REASONING;
        }
        if (UnknownReferenceText.isItem(status, errorBody)) {
            return Kind.UNSUPPORTED;
        }
        if (status == 429 || errorBody.hasCode("rate_limit_exceeded", "rate_limit_error", "rate_limit")) {
            return Kind.RATE_LIMITED;
        }
        if (status == 503
                || status == 529
                || status == 498
                || errorBody.hasCode(OVERLOADED)
                || errorBody.hasCode("overloaded_error", "provider_overloaded", "provider_unavailable")) {
            return Kind.UNAVAILABLE;
        }
        if (status == 0) {
            return kindByCode();
        }
        return switch (status) {
            case 403 -> Kind.PERMISSION;
            case 404 -> errorBody.messageContains("model", "deployment") ? Kind.MODEL_NOT_FOUND : Kind.NOT_FOUND;
            case 413 -> Kind.TOO_LARGE;
            // Timeouts, conflicts and failed dependencies of the provider: the request is valid, and another target may
            // accept it.
            case 408, 409, 424, 425 -> Kind.UPSTREAM;
            default -> status >= 400 && status < 500 ? Kind.INVALID_REQUEST : Kind.UPSTREAM;
        };
    }

    /** The kind of an error event without a status, by its codes and types. */
    private Kind kindByCode() {
        if (errorBody.hasCode("invalid_request_error", "invalid_request", "invalid_prompt")) {
            return Kind.INVALID_REQUEST;
        }
        if (errorBody.hasCode("permission_error")) {
            return Kind.PERMISSION;
        }
        return errorBody.hasCode("request_too_large") ? Kind.TOO_LARGE : Kind.UPSTREAM;
    }

    private KeyFault keyFault(Kind kind) {
        Scope scope = switch (kind) {
            case RATE_LIMITED ->
                requestAboveRate() ? Scope.NONE : errorBody.quotaOfAllModels() ? Scope.ALL_MODELS : Scope.MODEL;
            case QUOTA_SPENT -> quotaScope();
            case PROVIDER_AUTH -> keyScope();
            default -> Scope.NONE;
        };
        return scope == Scope.NONE
                ? KeyFault.NONE
                : new KeyFault(scope, errorBody.mayQuoteRequest() ? null : errorBody.message());
    }

    /** A single request above the limit per minute: OpenAI responds with 429, Groq with 413. */
    private boolean requestAboveRate() {
        return status == 413 || errorBody.messageContains("request too large");
    }

    private Scope quotaScope() {
        if (requestAboveCredit()) {
            return Scope.SUSPECTED;
        }
        if (quotaExhaustedByCode()) {
            return Scope.ALL_MODELS;
        }
        if (errorBody.dailyQuotaExhausted()) {
            return errorBody.quotaOfAllModels() ? Scope.ALL_MODELS : Scope.MODEL;
        }
        if (status == 429) {
            return Scope.MODEL;
        }
        return isAboutTheCaller() ? Scope.ALL_MODELS : Scope.SUSPECTED;
    }

    /**
     * The credit is too low for this request, whose limits the client chose, but perhaps not for a smaller one.
     * OpenRouter responds with 402 to both (its messages as of 2026-08, from public reports).
     */
    private boolean requestAboveCredit() {
        return status == 402
                && errorBody.messageContains("fewer max_tokens", "can only afford", "prompt tokens limit exceeded");
    }

    private Scope keyScope() {
        if (permissionMissing() && !keyIsBlocked()) {
            return Scope.NONE;
        }
        return keyRejectedByCode() || isAboutTheCaller() ? Scope.ALL_MODELS : Scope.SUSPECTED;
    }

    /** The key is valid, but has no permission for this request: OpenAI responds with 401 then. */
    private boolean permissionMissing() {
        return errorBody.hasCode("missing_scope", "missing_scopes", "permission_error", "permission_denied")
                || errorBody.messageContains("missing scope", "insufficient permission");
    }

    private boolean isAboutTheCaller() {
        return status == 401 || status == 403;
    }

    private boolean quotaExhausted() {
        return quotaExhaustedByCode()
                || errorBody.dailyQuotaExhausted()
                || isClientError()
                        && !errorBody.mayQuoteRequest()
                        && errorBody.messageContains(
                                "spending limit", "spend limit", "credit balance", "insufficient balance");
    }

    private boolean quotaExhaustedByCode() {
        return status == 402
                || errorBody.hasCode(
                        "insufficient_quota",
                        "payment_required",
                        "billing_error",
                        "billing_hard_limit_reached",
                        "billing_not_active",
                        // Google's reason for a project without a billing account.
                        "billing_disabled",
                        "enforced_spend_limit_reached",
                        "contract_spend_limit_reached");
    }

    private boolean contextLength() {
        return errorBody.hasCode("context_length_exceeded", "token_limit_exceeded", "exceed_context_size_error")
                || (status == 400 || status == 413 || status == 422)
                        // These are about a schema, whose words may be any.
                        && !errorBody.hasCode("invalid_tool", "invalid_function_parameters", "invalid_json_schema")
                        && errorBody.messageContains(
                                "maximum context length",
                                "maximum prompt length",
                                "context window",
                                "context length",
                                "prompt is too long",
                                "exceed context limit",
                                "exceeds the maximum number of tokens",
                                // llama.cpp, vLLM, Bedrock and other hosts of open models, TGI (public reports).
                                "exceeds the available context size",
                                "maximum model length",
                                "input is too long for",
                                // Cohere, also behind proxies.
                                "too many tokens: size limit exceeded",
                                "`inputs` tokens + `max_new_tokens` must be");
    }

    private boolean contentFiltered() {
        return errorBody.hasCode(
                        "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "refusal")
                || errorBody.flagged() && (status == 403 || status == 400)
                // Anthropic has no code for filtered prompts, and Azure does not always send one.
                || isClientError()
                        && errorBody.messageContains("content filtering policy", "content management policy");
    }

    /** xAI responds with 400 and without a code to an invalid key, so the message has to be checked. */
    private boolean keyRejected() {
        return keyRejectedByCode()
                || (status == 400 || status == 403)
                        && !errorBody.mayQuoteRequest()
                        && errorBody.messageContains(
                                "incorrect api key", "invalid api key", "api key not valid", "api key expired");
    }

    private boolean keyRejectedByCode() {
        return status == 401
                || errorBody.hasCode("invalid_api_key", "api_key_invalid", "authentication", "authentication_error")
                || keyIsBlocked();
    }

    /** Google's reasons for a key or project that may not use the API at all, with 403. */
    private boolean keyIsBlocked() {
        return errorBody.hasCode("api_key_service_blocked", "api_key_ip_address_blocked", "consumer_suspended");
    }

    private boolean isClientError() {
        return status >= 400 && status < 500;
    }

    private int clientStatus() {
        return isClientError() ? status : Kind.INVALID_REQUEST.status();
    }

    private String message(Kind kind) {
        String reason = errorBody.message();
        return switch (kind) {
            case PROVIDER_AUTH ->
                "the provider rejected Sluice's API key"
                        + (status == 0 ? "" : " (" + status + ")")
                        + (reason == null ? "" : ": " + reason);
            case QUOTA_SPENT ->
                "the provider's quota for Sluice's API key is exhausted" + (reason == null ? "" : ": " + reason);
            case FOREIGN_REASONING ->
                "the provider refused reasoning in the conversation that it did not make itself: " + reason;
            case UPSTREAM, UNAVAILABLE ->
                "the provider " + (status == 0 ? "failed" : "responded with status " + status)
                        + (reason == null ? ": no readable error message" : ": " + reason);
            case INVALID_REQUEST,
                    UNSUPPORTED,
                    CONTEXT_LENGTH,
                    CONTENT_FILTER,
                    PERMISSION,
                    NOT_FOUND,
                    MODEL_NOT_FOUND,
                    TOO_LARGE,
                    RATE_LIMITED ->
                reason == null
                        ? "the provider responded with status " + status + ": no readable error message"
                        : reason;
            case AUTHENTICATION,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    UNSUPPORTED_MEDIA_TYPE,
                    INTERNAL,
                    TRUNCATED,
                    TIMEOUT -> throw new IllegalStateException(kind + " is not reported by providers");
        };
    }
}
