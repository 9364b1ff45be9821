package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.sluice.RecordedUsage;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The errors and headers that callers with limits and budgets receive, also through the SDKs of OpenAI and Anthropic.
 */
class LimitErrorsReachClientSdksTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    Path folder;

    private VirtualKeys keys;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        keys = new VirtualKeys()
                .with("two", "limits: { rpm: 2, tpm: 100000 }")
                .with("tokens", "limits: { tpm: 100 }")
                .with("alone", "limits: { concurrency: 1 }")
                .with("broke", "budget: { usd: 0.0000001 }")
                .with("warned", "budget: { usd: 1, warn_at: 0, uncounted: allow }")
                .with("soft", "budget: { usd: 0.0000001, hard: false }")
                .with("gold_a", "tier: gold")
                .with("gold_b", "tier: gold")
                .with("core_a", "team: core")
                .with("core_b", "team: core");
        sluice = RunningSluice.start(yaml("flag"));
    }

    private String yaml(String unknownPrice) {
        return """
            server: { port: 0, admin: { port: 0 }, unknown_price: %s }
            store: { url: "sqlite:%s" }
            tiers: { gold: { limits: { rpm: 1 } } }
            teams: { core: { limits: { rpm: 1 } } }
            providers:
              up: { type: openai_compatible, base_url: "%s" }
              once: { type: openai_compatible, base_url: "%s", limits: { rpm: 1 } }
            models:
              either: { targets: [{ provider: once, model: echo }, { provider: up, model: echo }] }
            model_info:
              echo: { input: 1000, output: 1000 }
              "lorem*": { input: 1000, output: 1000 }
            """.formatted(unknownPrice, folder.resolve("sluice.db"), simulator.baseUrl(), simulator.baseUrl())
                + keys.yaml();
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void requestLimitsAreInHeadersAndRejectionsHaveRetryAfter() {
        HttpResponse<String> first = ask("two", "up/echo");
        assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("2");
        assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("1");
        assertThat(header(first, "x-ratelimit-limit-tokens")).isEqualTo("100000");
        assertThat(header(first, "x-ratelimit-reset-requests")).matches("(1m)?[\\d.]+m?s");
        ask("two", "up/echo");

        HttpResponse<String> refused = ask("two", "up/echo");

        assertThat(refused.statusCode()).isEqualTo(429);
        JsonObject error = ObservedState.error(refused.body());
        assertThat(error.getString("type")).isEqualTo("rate_limit_error");
        assertThat(error.getString("code")).isEqualTo("rate_limit_exceeded");
        assertThat(error.getString("message"))
                .startsWith("key two: the limit of 2 requests per minute is reached; retry in ");
        long millis = Long.parseLong(header(refused, "retry-after-ms"));
        assertThat(millis).isBetween(30_000L, 61_000L);
        assertThat(Long.parseLong(header(refused, "retry-after"))).isEqualTo((millis + 999) / 1000);
        assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("0");
        OpenAIClient client = OpenAiClientFixture.client(sluice, keys.token("two"), 0);
        RateLimitException told = catchThrowableOfType(
                RateLimitException.class, () -> client.chat().completions().create(params("up/echo")));
        assertThat(told.code()).contains("rate_limit_exceeded");
        client.close();
        assertThat(simulator.log().requestCount()).isEqualTo(2);
    }

    @Test
    void anthropicClientsGetTheirOwnHeadersAndErrors() {
        HttpResponse<String> first = message("two");
        assertThat(header(first, "anthropic-ratelimit-requests-limit")).isEqualTo("2");
        assertThat(header(first, "anthropic-ratelimit-requests-remaining")).isEqualTo("1");
        assertThat(java.time.Instant.parse(header(first, "anthropic-ratelimit-requests-reset")))
                .isAfter(java.time.Instant.now());
        message("two");

        HttpResponse<String> refused = message("two");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(new JsonObject(refused.body()).getString("type")).isEqualTo("error");
        assertThat(ObservedState.error(refused.body()).getString("type")).isEqualTo("rate_limit_error");
        assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(30L, 61L);
    }

    @Test
    void tokensAreReservedAndOversizedRequestsAreRejectedAsSuch() {
        HttpResponse<String> never = ask("tokens", "up/echo", "max_tokens", 1000);
        assertThat(never.statusCode()).isEqualTo(413);
        assertThat(ObservedState.error(never.body()).getString("code")).isEqualTo("request_above_limit");
        assertThat(ask("tokens", "up/lorem-70", "max_tokens", 70).statusCode()).isEqualTo(200);

        HttpResponse<String> refused = ask("tokens", "up/lorem-70", "max_tokens", 70);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(ObservedState.error(refused.body()).getString("message"))
                .contains("of 100 tokens per minute are used and this request may use");
        // What is less still fits.
        assertThat(ask("tokens", "up/lorem-2", "max_tokens", 2).statusCode()).isEqualTo(200);
    }

    @Test
    void concurrencyOneAdmitsTheNextRequestAfterTheResponse() {
        CompletableFuture<HttpResponse<String>> running =
                CompletableFuture.supplyAsync(() -> ask("alone", "up/lorem-5_slow-1s"));
        await().until(() -> RecordedUsage.of(sluice).quota().concurrency(QuotaScope.KEY, "alone") == 1);

        HttpResponse<String> refused = ask("alone", "up/echo");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("concurrency_limit_exceeded");
        assertThat(refused.headers().firstValue("retry-after")).isEmpty();
        assertThat(running.join().statusCode()).isEqualTo(200);
        // A caller that waits for each response never exceeds its own limit.
        for (int i = 0; i < 200; i++) {
            assertThat(ask("alone", "up/echo", "stream", i % 2 == 0).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void sdksDoNotRetrySpentBudgets() {
        OpenAIClient openai = OpenAiClientFixture.client(sluice, keys.token("broke"), 3);
        RateLimitException told = catchThrowableOfType(
                RateLimitException.class, () -> openai.chat().completions().create(params("up/echo")));
        openai.close();
        assertThat(told.code()).contains("budget_exceeded");
        assertThat(told.type()).contains("insufficient_quota");
        assertThat(told.headers().values("x-should-retry")).containsExactly("false");
        assertThat(told.getMessage()).contains("key broke: this request may cost up to ");
        AnthropicClient anthropic = AnthropicOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + sluice.port())
                .apiKey(keys.token("broke"))
                .maxRetries(3)
                .build();
        var refused = catchThrowableOfType(
                com.anthropic.errors.RateLimitException.class,
                () -> anthropic
                        .messages()
                        .create(MessageCreateParams.builder()
                                .model("up/echo")
                                .maxTokens(100)
                                .addUserMessage("Hello")
                                .build()));
        anthropic.close();
        assertThat(refused.headers().values("x-should-retry")).containsExactly("false");

        assertThat(simulator.log().requestCount()).isZero();
        await().until(() -> sluice.accessLines().size() == 2);
        assertThat(sluice.accessLines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getString("error_code")).isEqualTo("budget_exceeded"));
    }

    @Test
    void nearlySpentBudgetsWarnAndSoftBudgetsRejectNothing() {
        ask("warned", "up/echo");
        assertThat(header(ask("warned", "up/echo"), "x-sluice-budget-warning"))
                .matches("key warned: 0\\.\\d+ of 1 USD per month are spent");

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = ask("soft", "up/echo");
            assertThat(response.statusCode()).isEqualTo(200);
        }
        assertThat(header(ask("soft", "up/echo"), "x-sluice-budget-warning")).startsWith("key soft: ");
        // Nothing is cut for a soft budget.
        assertThat(simulator.log().requests().getLast().body().toString()).doesNotContain("max_completion_tokens");
    }

    @Test
    void unknownPricesAreFlaggedOrRejected() {
        assertThat(ask("warned", "up/fast").statusCode()).isEqualTo(200);

        sluice.edit(yaml("refuse"));
        await().until(() -> ask("warned", "up/fast").statusCode() == 403);
        HttpResponse<String> refused = ask("warned", "up/fast");
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("price_unknown");
        // Nobody else minds.
        assertThat(ask("gold_a", "up/fast").statusCode()).isEqualTo(200);
    }

    @Test
    void eachKeyOfATierHasItsOwnAndATeamSharesOne() {
        assertThat(ask("gold_a", "up/echo").statusCode()).isEqualTo(200);
        assertThat(ask("gold_b", "up/echo").statusCode()).isEqualTo(200);
        assertThat(ObservedState.error(ask("gold_b", "up/echo").body()).getString("message"))
                .startsWith("tier gold (key gold_b): the limit of 1 request per minute is reached");

        assertThat(ask("core_a", "up/echo").statusCode()).isEqualTo(200);
        assertThat(ObservedState.error(ask("core_b", "up/echo").body()).getString("message"))
                .startsWith("team core: the limit of 1 request per minute is reached");
    }

    @Test
    void theNextTargetServesRequestsOverAProvidersLimit() {
        assertThat(header(ask("warned", "either"), "x-sluice-provider")).isEqualTo("once");

        HttpResponse<String> second = ask("warned", "either");

        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(header(second, "x-sluice-provider")).isEqualTo("up");
        assertThat(header(second, "x-sluice-attempts")).isEqualTo("1");
        // Alone it would be waited for, if there were time.
        HttpResponse<String> alone = sluice.chat()
                .chat(
                        ChatClient.request("once/echo", "Hello there"),
                        "authorization",
                        keys.bearer("warned"),
                        "x-sluice-timeout",
                        "2s");
        assertThat(alone.statusCode()).isEqualTo(429);
        assertThat(ObservedState.error(alone.body()).getString("code")).isEqualTo("limits_spent");
        assertThat(Long.parseLong(header(alone, "retry-after"))).isBetween(1L, 61L);
        assertThat(RecordedUsage.of(sluice).quota().openReservations()).isZero();
        assertThat(RecordedUsage.of(sluice).quota().reserved()).isZero();
    }

    private HttpResponse<String> ask(String key, String model, Object... more) {
        JsonObject body = ChatClient.request(model, "Hello there");
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return sluice.chat().chat(body, "authorization", keys.bearer(key));
    }

    private HttpResponse<String> message(String key) {
        return sluice.chat()
                .post(
                        "/messages",
                        ChatClient.request("up/echo", "Hello")
                                .put("max_tokens", 10)
                                .encode(),
                        "x-api-key",
                        keys.token(key));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers()
                .firstValue(name)
                .orElseThrow(() ->
                        new AssertionError(name + " of " + response.headers().map() + response.body()));
    }

    private static ChatCompletionCreateParams params(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Hello there")
                .build();
    }
}
