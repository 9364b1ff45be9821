package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.ErrorType;
import com.openai.errors.OpenAIServiceException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Provider errors of any format reach each client SDK as its own exceptions and codes. */
@ExtendWith(ContractFixture.Running.class)
class ErrorsKeepTheirMeaningTest {

    /**
     * @param openai the simple name of openai-java's exception
     * @param anthropic that of anthropic-java's
     * @param code for both; only Anthropic's clients know a type beside it
     */
    private record Meaning(int status, String code, String openai, String anthropic, ErrorType type) {

        /** Anthropic's API has a status of its own for an overload. */
        int anthropicStatus() {
            return type == ErrorType.OVERLOADED_ERROR ? 529 : status;
        }

        /** OpenAI's code of an overload stays, because agents act on it. */
        String codeOf(String provider) {
            return type == ErrorType.OVERLOADED_ERROR && provider.equals("openai") ? "server_is_overloaded" : code;
        }
    }

    private static final Map<String, Meaning> MEANINGS = Map.of(
            "context_length",
                    new Meaning(
                            400,
                            "context_length_exceeded",
                            "BadRequestException",
                            "BadRequestException",
                            ErrorType.INVALID_REQUEST_ERROR),
            "content_filter",
                    new Meaning(
                            400,
                            "content_filter",
                            "BadRequestException",
                            "BadRequestException",
                            ErrorType.INVALID_REQUEST_ERROR),
            "quota",
                    new Meaning(
                            429,
                            "insufficient_quota",
                            "RateLimitException",
                            "RateLimitException",
                            ErrorType.BILLING_ERROR),
            "auth",
                    new Meaning(
                            502,
                            "provider_auth_failed",
                            "InternalServerException",
                            "InternalServerException",
                            ErrorType.API_ERROR),
            "overloaded",
                    new Meaning(
                            503,
                            "unavailable",
                            "InternalServerException",
                            "OverloadedException",
                            ErrorType.OVERLOADED_ERROR),
            "rate_limit",
                    new Meaning(
                            429,
                            "rate_limit_exceeded",
                            "RateLimitException",
                            "RateLimitException",
                            ErrorType.RATE_LIMIT_ERROR));

    @ParameterizedTest
    @MethodSource("ofOpenAiClients")
    void openAiClientsDistinguishErrors(ProviderErrorCases.Case each, ContractFixture fixture) {
        Meaning meaning = MEANINGS.get(each.fault());

        OpenAIServiceException refused = catchThrowableOfType(
                OpenAIServiceException.class, () -> new ChatApi(fixture.openai()).send(failing(each, fixture), false));

        assertThat(refused).isNotNull();
        assertThat(refused.getClass().getSimpleName()).isEqualTo(meaning.openai());
        assertThat(refused.statusCode()).isEqualTo(meaning.status());
        assertThat(refused.code()).contains(meaning.codeOf(each.row()));
        assertThat(refused.getMessage())
                .doesNotContain(fixture.row(each.row()).mock().key());
    }

    @ParameterizedTest
    @MethodSource("ofAnthropicClients")
    void anthropicClientsDistinguishErrors(ProviderErrorCases.Case each, ContractFixture fixture) {
        Meaning meaning = MEANINGS.get(each.fault());

        AnthropicServiceException refused = catchThrowableOfType(
                AnthropicServiceException.class,
                () -> new MessagesApi(fixture.anthropic()).send(failing(each, fixture), false));

        assertThat(refused).isNotNull();
        assertThat(refused.getClass().getSimpleName()).isEqualTo(meaning.anthropic());
        assertThat(refused.statusCode()).isEqualTo(meaning.anthropicStatus());
        assertThat(refused.type()).contains(meaning.type());
        assertThat(refused.errorCode()).contains(meaning.codeOf(each.row()));
    }

    static List<ProviderErrorCases.Case> ofOpenAiClients() {
        return of("openai").toList();
    }

    static List<ProviderErrorCases.Case> ofAnthropicClients() {
        return of("anthropic").toList();
    }

    private static Stream<ProviderErrorCases.Case> of(String client) {
        return ProviderErrorCases.cases().stream().filter(each -> each.client().equals(client));
    }

    private static ApiRequest failing(ProviderErrorCases.Case each, ContractFixture fixture) {
        return ApiRequest.of(each.provider() + "/" + fixture.row(each.row()).model(), "fault: " + each.fault());
    }
}
