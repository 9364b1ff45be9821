package dev.sluice.protocol.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.KeyFault.Scope;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes, types and statuses decide whether an error is about the API key. A quoted part of the request never does. */
class KeyFaultsOfErrorsTest {

    private static final String[] WORDS = {
        "invalid api key", "incorrect api key", "API key not valid", "api key expired",
        "credit balance", "spending limit", "spend limit", "insufficient balance"
    };

    /** How OpenAI, Anthropic, Gemini, pydantic (vLLM, Mistral), Go and Rust servers quote a value of a request. */
    private static final String[] QUOTATIONS = {
        "Invalid value: '%s'. Supported values are: 'system', 'assistant' and 'user'.",
        "messages.0: Input tag '%s' found using 'type' does not match any of the expected tags",
        "Invalid value at 'contents[0].role' (TYPE_ENUM), \"%s\"",
        "1 validation error for Message: role. Input should be valid [type=literal_error, input_value=%s,"
                + " input_type=str]",
        "Field role, input: %s",
        "The model `%s` does not exist",
        "unknown variant \u201c%s\u201d",
        "unexpected role, got: %s"
    };

    static Stream<Arguments> quotations() {
        return Stream.of(WORDS).flatMap(word -> Stream.of(QUOTATIONS).map(text -> Arguments.of(text.formatted(word))));
    }

    @ParameterizedTest
    @MethodSource("quotations")
    void quotedMessagesAreNoKeyFault(String message) {
        for (int status : new int[] {400, 403, 404, 422, 429}) {
            GatewayError error = error(status, message, null);

            assertThat(error.kind()).as(status + " " + message).isNotIn(Kind.PROVIDER_AUTH, Kind.QUOTA_SPENT);
            assertThat(error.keyFault().scope()).isIn(Scope.NONE, Scope.MODEL);
            assertThat(error.keyFault().detail()).isNull();
        }
    }

    @Test
    void unquotedMessagesAreASuspicionUnlessTheStatusIs401Or403() {
        for (String word : WORDS) {
            assertThat(error(400, word + " is not a valid model ID", null)
                            .keyFault()
                            .scope())
                    .isEqualTo(Scope.SUSPECTED);
            assertThat(error(403, "Forbidden: " + word, null).keyFault().scope())
                    .isEqualTo(Scope.ALL_MODELS);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "401, -, PROVIDER_AUTH, ALL_MODELS",
                "401, invalid_api_key, PROVIDER_AUTH, ALL_MODELS",
                "400, API_KEY_INVALID, PROVIDER_AUTH, ALL_MODELS",
                "401, missing_scope, PROVIDER_AUTH, NONE",
                "401, permission_error, PROVIDER_AUTH, NONE",
                "403, permission_error, PERMISSION, NONE",
                "402, -, QUOTA_SPENT, ALL_MODELS",
                "429, insufficient_quota, QUOTA_SPENT, ALL_MODELS",
                "400, billing_hard_limit_reached, QUOTA_SPENT, ALL_MODELS",
                "429, -, RATE_LIMITED, MODEL",
                "413, rate_limit_exceeded, RATE_LIMITED, NONE",
                "500, -, UPSTREAM, NONE"
            })
    void codesAndStatusesDecide(int status, String code, Kind kind, Scope scope) {
        GatewayError error = error(status, "No.", code);

        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.keyFault().scope()).isEqualTo(scope);
    }

    @Test
    void aMissingScopeIsNoKeyFault() {
        GatewayError error = error(
                401,
                "You have insufficient permissions for this operation. Missing scopes: api.model.images.request.",
                null);

        assertThat(error.kind()).isEqualTo(Kind.PROVIDER_AUTH);
        assertThat(error.keyFault().scope()).isEqualTo(Scope.NONE);
        assertThat(error.message()).contains("Missing scopes: api.model.images.request.");
    }

    @Test
    void aRequestAboveTheLimitPerMinuteIsNoKeyFault() {
        assertThat(error(429, "Request too large for gpt-4o on tokens per min", "rate_limit_exceeded")
                        .keyFault()
                        .scope())
                .isEqualTo(Scope.NONE);
    }

    @Test
    void aDailyQuotaOfGeminiConcernsItsModelOnly() {
        String body = """
            {"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{
            "@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"%s"}]}]}}
            """;

        assertThat(fault(body.formatted("GenerateRequestsPerDayPerProjectPerModel-FreeTier")))
                .isEqualTo(Scope.MODEL);
        assertThat(fault(body.formatted("RequestsPerDayPerProject"))).isEqualTo(Scope.ALL_MODELS);
    }

    @Test
    void allQuotasOfGeminiAreRead() {
        String body = """
            {"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{
            "@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[
            {"quotaId":"GenerateContentInputTokensPerModelPerMinute-FreeTier"},{"quotaId":"%s"}]}]}}
            """;

        assertThat(fault(body.formatted("GenerateRequestsPerDayPerProjectPerModel-FreeTier")))
                .isEqualTo(Scope.MODEL);
        assertThat(fault(body.formatted("RequestsPerDayPerProject"))).isEqualTo(Scope.ALL_MODELS);
        GatewayError perMinute = UpstreamErrors.of(429, ByteSlice.of(body.formatted("RequestsPerMinutePerProject")));
        assertThat(perMinute.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(perMinute.keyFault().scope()).isEqualTo(Scope.ALL_MODELS);
    }

    @ParameterizedTest
    @CsvSource({
        "403, BILLING_DISABLED, QUOTA_SPENT",
        "403, API_KEY_SERVICE_BLOCKED, PROVIDER_AUTH",
        "403, CONSUMER_SUSPENDED, PROVIDER_AUTH"
    })
    void googlesReasonsForTheWholeProjectAffectAllModels(int status, String reason, Kind kind) {
        GatewayError error = UpstreamErrors.of(status, ByteSlice.of("""
            {"error":{"code":403,"message":"No.","status":"PERMISSION_DENIED","details":[{
            "@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"%s","domain":"googleapis.com"}]}}
            """.formatted(reason)));

        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.keyFault().scope()).isEqualTo(Scope.ALL_MODELS);
    }

    /** The client chose how much the request may cost, so its error must not make the key unusable for others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can"
                        + " only afford 30104.",
                "Prompt tokens limit exceeded: 230799 > 91442."
            })
    void aRequestAboveTheCreditOnlyMakesItsKeyTheLastChoice(String message) {
        GatewayError error = error(402, message, null);

        assertThat(error.kind()).isEqualTo(Kind.QUOTA_SPENT);
        assertThat(error.keyFault().scope()).isEqualTo(Scope.SUSPECTED);
    }

    @Test
    void anApostropheIsNotAQuotationMark() {
        GatewayError error = error(403, "Your team doesn't have any credit balance left", null);

        assertThat(error.keyFault().scope()).isEqualTo(Scope.ALL_MODELS);
        assertThat(error.keyFault().detail()).contains("doesn't");
    }

    private static Scope fault(String body) {
        GatewayError error = UpstreamErrors.of(429, ByteSlice.of(body));
        assertThat(error.kind()).isEqualTo(Kind.QUOTA_SPENT);
        return error.keyFault().scope();
    }

    private static GatewayError error(int status, String message, String code) {
        JsonObject error =
                new JsonObject().put("message", message).put("type", "x").put("code", code);
        return UpstreamErrors.of(
                status, ByteSlice.of(new JsonObject().put("error", error).encode()));
    }
}
