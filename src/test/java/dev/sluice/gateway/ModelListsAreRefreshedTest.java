package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.MockProvider;
import dev.sluice.testkit.mock.OpenAiMock;
import dev.sluice.testkit.mock.OpenRouterMock;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An expired model list is refreshed in the background: no request waits for it, nor for a provider that is down. */
class ModelListsAreRefreshedTest {

    private static final String FREE = "up/mistralai/free:free";

    @Test
    void staleListsAreServedWhileRevalidatedByETag() {
        try (OpenRouterMock mock = OpenRouterMock.open();
                RunningSluice sluice = before(mock, "openrouter", "50ms")) {
            assertThat(ids(sluice)).contains(FREE);
            assertThat(mock.last().header("if-none-match")).isNull();

            await().untilAsserted(() -> {
                assertThat(ids(sluice)).contains(FREE);
                assertThat(mock.requests()).hasSizeGreaterThan(2);
            });

            assertThat(mock.requests().subList(1, mock.requests().size()))
                    .allSatisfy(
                            again -> assertThat(again.header("if-none-match")).isNotNull());
            // Slow now: while the refresh runs, what is known is served at once
            mock.respondAfter(Duration.ofSeconds(8));
            int before = mock.requests().size();
            await().until(() -> ids(sluice).contains(FREE) && mock.requests().size() > before);
            long began = System.nanoTime();
            assertThat(ids(sluice)).contains(FREE);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void knownModelsStayWhenTheProviderFails() {
        OpenRouterMock mock = OpenRouterMock.open();
        try (RunningSluice sluice = before(mock, "openrouter", "50ms");
                CapturedLog log = CapturedLog.open()) {
            assertThat(ids(sluice)).contains(FREE);

            mock.close();

            await().untilAsserted(() -> {
                assertThat(ids(sluice)).contains(FREE);
                assertThat(log.lines())
                        .anyMatch(line -> line.startsWith(
                                "WARN the model list of provider up cannot be fetched, the last known list is used: "));
            });
            assertThat(ids(sluice)).contains(FREE);
        }
    }

    @Test
    void theFirstResponseOmitsASlowProviderWhoseListFollows() {
        try (OpenAiMock mock = OpenAiMock.open();
                RunningSluice sluice = before(mock, "openai", "1h")) {
            mock.respondAfter(Duration.ofSeconds(4));
            long began = System.nanoTime();

            List<String> without = ids(sluice);

            assertThat(without).containsExactly("up/named");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(1_500), Duration.ofMillis(3_900));
            await().untilAsserted(() -> assertThat(ids(sluice)).contains("up/named", "up/gpt-6-luna"));
            assertThat(mock.requests()).hasSize(1);
        }
    }

    @Test
    void aProviderThatIsDownIsLeftAlone() {
        try (OpenAiMock mock = OpenAiMock.open();
                RunningSluice sluice = RunningSluice.start(yaml(mock, "openai", "1h", "wrong-key"), Map.of(), 2)) {
            for (int i = 0; i < 10; i++) {
                assertThat(ids(sluice)).containsExactly("up/named");
            }
            assertThat(mock.requests()).hasSize(1);
        }
    }

    @Test
    void aTtlOfZeroFetchesNothing() {
        try (OpenAiMock mock = OpenAiMock.open();
                RunningSluice sluice = before(mock, "openai", "0s")) {
            assertThat(ids(sluice)).containsExactly("up/named");
            assertThat(mock.requests()).isEmpty();
        }
    }

    @Test
    void anEditedConfigIsListedAtOnce() {
        try (OpenAiMock mock = OpenAiMock.open();
                RunningSluice sluice = before(mock, "openai", "1h")) {
            assertThat(ids(sluice)).contains("up/gpt-6-luna");

            sluice.edit(yaml(mock, "openai", "1h", mock.key())
                    + "models: { fresh: { targets: [{ provider: up, model: gpt-6-luna }] } }\n");

            await().untilAsserted(
                            () -> assertThat(ids(sluice)).startsWith("fresh").contains("up/gpt-6-luna"));
            // The provider is the one that ran before, and so is its list.
            assertThat(mock.requests()).hasSize(1);
        }
    }

    private static RunningSluice before(MockProvider mock, String type, String ttl) {
        return RunningSluice.start(yaml(mock, type, ttl, mock.key()), Map.of(), 2);
    }

    private static String yaml(MockProvider mock, String type, String ttl, String key) {
        return RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: %s
                base_url: "%s"
                api_keys: [{ key: "%s" }]
                models: [named, "*"]
                models_ttl: %s
            """.formatted(type, mock.baseUrl(), key, ttl);
    }

    private static List<String> ids(RunningSluice sluice) {
        return new JsonObject(sluice.chat().get("/models").body())
                .getJsonArray("data").stream()
                        .map(model -> ((JsonObject) model).getString("id"))
                        .toList();
    }
}
