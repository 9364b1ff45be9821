package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import dev.sluice.testkit.RunningSluice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Failures as OpenAI's Java SDK reports them: its exceptions and its retries. */
class OpenAiClientErrorsTest extends OpenAiClientFixture {

    @Test
    void errorsBecomeTheExceptionsOfTheSdk() {
        NotFoundException unknown = refused(NotFoundException.class, "nowhere/model");
        assertThat(unknown.code()).contains("model_not_found");
        assertThat(unknown.param()).contains("model");
        assertThat(unknown.headers().values("x-request-id")).hasSize(1);

        assertThat(refused(BadRequestException.class, "up/fault-context-length").code())
                .contains("context_length_exceeded");
        assertThat(refused(NotFoundException.class, "up/fault-status-404").code())
                .contains("model_not_found");
        assertThat(refused(InternalServerException.class, "up/fault-status-500").statusCode())
                .isEqualTo(502);
        assertThat(refused(InternalServerException.class, "up/fault-status-503").statusCode())
                .isEqualTo(503);
        assertThat(refused(InternalServerException.class, "up/fault-reset").code())
                .contains("upstream_failed");
        assertThat(refused(
                                BadRequestException.class,
                                () -> client.chat()
                                        .completions()
                                        .create(ask("up/echo", "hi")
                                                .putAdditionalBodyProperty("stream", JsonValue.from("yes"))
                                                .build()))
                        .param())
                .contains("stream");
    }

    /**
     * A rate-limited key goes into cooldown, so that the next request is refused without an upstream call: hence two
     * providers.
     */
    @Test
    void throttledClientsGetRetryAfter() {
        try (RunningSluice own = RunningSluice.start(RunningSluice.EPHEMERAL
                        + "providers: { up: { type: openai_compatible, base_url: \"" + upstream.baseUrl() + "\" } }");
                var patient = closing(client(own, "any", 0))) {
            RateLimitException throttled = refused(
                    RateLimitException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-status-429_retry-2s", "hi").build()));

            assertThat(throttled.code()).contains("rate_limit_exceeded");
            assertThat(throttled.headers().values("retry-after")).containsExactly("2");
            RateLimitException spent = refused(
                    RateLimitException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-insufficient-quota", "hi").build()));
            assertThat(spent.type()).contains("insufficient_quota");
        }
    }

    @Test
    void aTruncatedStreamIsAnExceptionAndNeverAShortResponse() {
        List<ChatCompletionChunk> got = new ArrayList<>();
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(() -> {
            try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                    .completions()
                    .createStreaming(ask("up/lorem-60_fault-cut@40", "hi").build())) {
                stream.stream().forEach(got::add);
            }
        });

        assertThat(failure).isInstanceOf(OpenAIServiceException.class);
        assertThat(((OpenAIServiceException) failure).code()).contains("upstream_truncated");
        assertThat(got).hasSizeGreaterThanOrEqualTo(40);
    }

    /**
     * The SDK retries what we give up on, after the wait we name; together they ask no more often than each alone
     * would.
     */
    @Test
    void sdkRetriesFollowOurs() {
        try (var patient = closing(client(2))) {
            ChatCompletion response = patient.client()
                    .chat()
                    .completions()
                    .create(ask("up/echo_fault-status-503_times-2_key-sdk", "at last")
                            .build());

            assertThat(text(response)).isEqualTo("at last");
            assertThat(upstream.log().requestCount()).isEqualTo(3);

            upstream.log().reset();
            refused(
                    BadRequestException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-context-length", "hi").build()));
            assertThat(upstream.log().requestCount()).isEqualTo(1);
        }
    }

    /** Waiting does not fill a spent account: the SDK would ask twice more without being told. */
    @Test
    void futileRetriesAreDisabledByHeader() {
        try (RunningSluice own = RunningSluice.start(RunningSluice.EPHEMERAL
                        + "providers: { up: { type: openai_compatible, base_url: \"" + upstream.baseUrl() + "\" } }");
                var patient = closing(client(own, "any", 2))) {
            refused(
                    RateLimitException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-insufficient-quota", "hi").build()));

            assertThat(upstream.log().requestCount()).isEqualTo(1);
            assertThat(own.accessLines()).hasSizeLessThanOrEqualTo(1);
        }
    }
}
