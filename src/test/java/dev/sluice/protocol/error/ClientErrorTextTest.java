package dev.sluice.protocol.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words by which clients recognize an error come first, the provider's follow. */
class ClientErrorTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        CONTEXT_LENGTH | prompt is too long: 41 tokens > 10000 maximum | This model's maximum context length is 10000 tokens. prompt is too long: 41 tokens > 10000 maximum
        CONTEXT_LENGTH | This model's maximum context length is 8192 tokens. | This model's maximum context length is 8192 tokens.
        CONTENT_FILTER | Blocked: SAFETY | Invalid prompt: your prompt was flagged as potentially violating our usage policy. Blocked: SAFETY
        CONTENT_FILTER | Your request was rejected as a result of the safety system. | Your request was rejected as a result of the safety system.
        RATE_LIMITED   | Slow down | Slow down
        """)
    void forClientsOfOpenAi(Kind kind, String said, String message) {
        assertThat(ClientErrorText.openAi(GatewayError.of(kind, said))).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        CONTEXT_LENGTH | Input is too long for this model | prompt is too long: Input is too long for this model
        CONTENT_FILTER | Blocked: SAFETY | Output blocked by content filtering policy. Blocked: SAFETY
        CONTENT_FILTER | Output blocked by content filtering policy | Output blocked by content filtering policy
        QUOTA_SPENT    | No credit | No credit
        """)
    void forClientsOfAnthropic(Kind kind, String said, String message) {
        assertThat(ClientErrorText.anthropic(GatewayError.of(kind, said))).isEqualTo(message);
    }

    /** LiteLLM and others read type and code of these in OpenAI's envelope. */
    @Test
    void limitsAndQuotasAreNamedByTypeAndCode() {
        assertThat(Kind.RATE_LIMITED.type()).isEqualTo("rate_limit_error");
        assertThat(GatewayError.of(Kind.RATE_LIMITED, "").code()).isEqualTo("rate_limit_exceeded");
        assertThat(GatewayError.of(Kind.QUOTA_SPENT, "").code()).isEqualTo("insufficient_quota");
    }
}
