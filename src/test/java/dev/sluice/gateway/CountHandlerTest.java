package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens are counted by the provider if it supports that, otherwise estimated by Sluice and marked in a header. */
class CountHandlerTest {

    private static final String MESSAGES =
            "{\"model\":\"%s\",\"system\":\"Be brief.\",\"messages\":[{\"role\":\"user\",\"content\":\"hello"
                    + " world\"}]}";
    private static final String INPUT = "{\"model\":\"%s\",\"instructions\":\"Be brief.\",\"input\":\"hello world\"}";

    private static OpenAiMock openai;
    private static AnthropicMock anthropic;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        openai = OpenAiMock.open();
        anthropic = AnthropicMock.open();
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL
                        + """
                        providers:
                          openai: { type: openai, base_url: "%s", api_keys: [{ key: "%s" }] }
                          anthropic: { type: anthropic, base_url: "%s", api_keys: [{ key: "%s" }] }
                        models:
                          both:
                            targets:
                              - { provider: openai, model: gpt-4o }
                              - { provider: anthropic, model: claude-sonnet-4-6 }
                        """.formatted(openai.baseUrl(), openai.key(), anthropic.baseUrl(), anthropic.key()),
                Map.of(),
                2);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        openai.close();
        anthropic.close();
    }

    @Test
    void aProviderThatCountsIsCalled() {
        HttpResponse<String> claude = count("/messages/count_tokens", MESSAGES, "anthropic/claude-sonnet-4-6");
        HttpResponse<String> gpt = count("/responses/input_tokens", INPUT, "openai/gpt-4o");

        assertThat(tokens(claude)).isEqualTo(22);
        assertThat(tokens(gpt)).isEqualTo(22);
        assertThat(claude.headers().firstValue("x-sluice-estimated")).isEmpty();
        assertThat(anthropic.last().json().getString("model")).isEqualTo("claude-sonnet-4-6");
    }

    /** Another target's count would be that of another model, and its provider would see the prompt for nothing. */
    @Test
    void theFirstTargetIsCounted() {
        int before = anthropic.requests().size();

        HttpResponse<String> route = count("/messages/count_tokens", MESSAGES, "both");

        assertThat(tokens(route)).isEqualTo(16);
        assertThat(route.headers().firstValue("x-sluice-estimated")).contains("false");
        assertThat(anthropic.requests()).hasSize(before);
    }

    @Test
    void otherwiseSluiceCounts() {
        HttpResponse<String> gpt = count("/messages/count_tokens", MESSAGES, "openai/gpt-4o");
        HttpResponse<String> claude = count("/responses/input_tokens", INPUT, "anthropic/claude-sonnet-4-6");

        // o200k: "Be brief." is 3 tokens, "hello world" 2; 4 for each message and 3 for the start of the response.
        assertThat(tokens(gpt)).isEqualTo(16);
        assertThat(gpt.headers().firstValue("x-sluice-estimated")).contains("false");
        assertThat(tokens(claude)).isBetween(13L, 24L);
        assertThat(claude.headers().firstValue("x-sluice-estimated")).contains("true");
    }

    @Test
    void routingOverridesChooseTheCountingTarget() {
        HttpResponse<String> header =
                sluice.chat().post("/messages/count_tokens", MESSAGES.formatted("both"), "x-sluice-only", "openai");
        HttpResponse<String> member = count(
                "/messages/count_tokens",
                MESSAGES.replace("{\"model\"", "{\"sluice\":{\"only\":[\"openai\"]},\"model\""),
                "both");
        HttpResponse<String> fallback = sluice.chat()
                .post(
                        "/messages/count_tokens",
                        MESSAGES.formatted("openai/gpt-4o"),
                        "x-sluice-fallbacks",
                        "anthropic/claude-sonnet-4-6");

        HttpResponse<String> only =
                sluice.chat().post("/messages/count_tokens", MESSAGES.formatted("both"), "x-sluice-only", "anthropic");

        // OpenAI has no endpoint for this format, so Sluice counts, with a fallback too.
        assertThat(tokens(header)).isEqualTo(16);
        assertThat(tokens(member)).isEqualTo(16);
        assertThat(header.headers().firstValue("x-sluice-estimated")).contains("false");
        assertThat(member.headers().firstValue("x-sluice-estimated")).contains("false");
        assertThat(tokens(fallback)).isEqualTo(16);
        assertThat(tokens(only)).isEqualTo(22);
        assertThat(only.headers().firstValue("x-sluice-estimated")).isEmpty();
    }

    @Test
    void invalidRequestsAreRefusedInTheClientsEnvelope() {
        HttpResponse<String> unknown = count("/messages/count_tokens", MESSAGES, "nobody/x");
        HttpResponse<String> empty = sluice.chat().post("/messages/count_tokens", "{\"model\":\"openai/gpt-4o\"}");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(unknown.body()).getString("type")).isEqualTo("error");
        assertThat(empty.statusCode()).isEqualTo(400);
        assertThat(empty.body()).contains("messages");
    }

    private static HttpResponse<String> count(String path, String body, String model) {
        return sluice.chat().post(path, body.formatted(model));
    }

    private static long tokens(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body()).getLong("input_tokens");
    }
}
