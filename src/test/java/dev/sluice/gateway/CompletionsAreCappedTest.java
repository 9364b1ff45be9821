package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.MockProvider;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A request without a limit on its completion is sent with the limit that the budget allows, in the provider's own
 * member.
 */
class CompletionsAreCappedTest {

    @TempDir
    Path folder;

    private OpenAiMock openai;
    private AnthropicMock anthropic;
    private VirtualKeys keys;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        openai = OpenAiMock.open();
        anthropic = AnthropicMock.open();
        keys = new VirtualKeys().with("ci", "budget: { usd: 10 }").with("rich", "");
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 } }
            store: { url: "sqlite:%s" }
            providers:
              openai: { type: openai, base_url: "%s", api_keys: [{ key: "%s" }] }
              claude: { type: anthropic, base_url: "%s", api_keys: [{ key: "%s" }] }
            model_info:
              gpt-4o: { input: 100, output: 1000, max_output: 16384 }
              "claude*": { input: 100, output: 1000, max_output: 16384 }
            """.formatted(
                                folder.resolve("sluice.db"),
                                openai.baseUrl(),
                                openai.key(),
                                anthropic.baseUrl(),
                                anthropic.key())
                + keys.yaml());
    }

    @AfterEach
    void stop() {
        sluice.close();
        openai.close();
        anthropic.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/chat/completions, openai/gpt-4o, max_completion_tokens",
        "/responses, openai/gpt-4o, max_output_tokens",
        "/messages, openai/gpt-4o, max_completion_tokens",
        "/chat/completions, claude/claude-sonnet-4-5, max_tokens",
    })
    void theCapIsSentInTheProvidersMember(String path, String model, String member) {
        MockProvider provider = model.startsWith("openai") ? openai : anthropic;

        HttpResponse<String> response = send(path, model, "ci", null, null);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        // A quarter of ten dollars at a tenth of a cent each, less the prompt.
        assertThat(provider.last().json().getLong(member)).isBetween(2_480L, 2_500L);
    }

    @ParameterizedTest
    @CsvSource({"max_completion_tokens, 50, 50", "max_tokens, 60, 60"})
    void theClientsOwnLimitIsKept(String member, long limit, long arrives) {
        assertThat(send("/chat/completions", "openai/gpt-4o", "ci", member, limit)
                        .statusCode())
                .isEqualTo(200);
        assertThat(openai.last().json().getLong(member)).isEqualTo(arrives);
    }

    /** None of these limits the completion at this provider, so that the budget must not rely on it. */
    @ParameterizedTest
    @CsvSource({"max_completion_tokens", "max_tokens", "max_output_tokens"})
    void membersThatDoNotLimitAtThisProviderAreIgnored(String member) {
        send("/chat/completions", "openai/gpt-4o", "ci", member, member.equals("max_output_tokens") ? 1 : null);

        JsonObject arrived = openai.last().json();
        Long limit = arrived.getLong("max_completion_tokens");
        assertThat(limit == null ? arrived.getLong("max_tokens") : limit).isBetween(2_480L, 2_500L);
    }

    @Test
    void requestsWithoutBudgetAreNotCapped() {
        send("/chat/completions", "openai/gpt-4o", "rich", null, null);

        assertThat(openai.last().json().fieldNames()).doesNotContain("max_completion_tokens", "max_tokens");
    }

    private HttpResponse<String> send(String path, String model, String key, String member, Object value) {
        JsonObject body = path.equals("/responses")
                ? new JsonObject().put("model", model).put("input", "Hello there")
                : ChatClient.request(model, "Hello there");
        if (member != null) {
            body.put(member, value);
        }
        return sluice.chat().post(path, body.encode(), "authorization", keys.bearer(key));
    }
}
