package dev.sluice.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Connection pools and key pools are bounded: excess requests are refused at once, and a rejected key goes into
 * cooldown alone.
 */
class PoolsAndKeysAreBoundedTest {

    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static final String CHAT = "/v1/chat/completions";

    private RunningSluice sluice;

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void fullQueuesRejectAtOnceAndWaitersAreServed() {
        try (HeldUpstream held = new HeldUpstream()) {
            sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
                providers:
                  up: { type: openai_compatible, base_url: "%s", pool: { max_connections: 1, max_queue: 1 } }
                """.formatted(held.baseUrl()));
            CompletableFuture<HttpResponse<String>> served = ask();
            held.awaitHeld(1);
            CompletableFuture<HttpResponse<String>> queued = ask();
            ObservedState.awaitInFlight(sluice, "up", 2);

            HttpResponse<String> refused = ask().join();

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("queue_full");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(held.seen()).isEqualTo(1);
            held.respondNext(200);
            assertThat(served.join().statusCode()).isEqualTo(200);
            held.awaitHeld(1);
            held.respondNext(200);
            assertThat(queued.join().statusCode()).isEqualTo(200);
            ObservedState.awaitInFlight(sluice, "up", 0);
            assertThat(ObservedState.provider(sluice, "up").getString("breaker"))
                    .isEqualTo("closed");
        }
    }

    @ParameterizedTest
    @CsvSource({"401, invalid_api_key", "429, rate_limit_exceeded"})
    void rejectedKeysGoIntoCooldownAndAnotherKeyServesTheRequest(int status, String code) {
        WireMockServer provider =
                new WireMockServer(WireMockConfiguration.wireMockConfig().dynamicPort());
        provider.start();
        try {
            provider.stubFor(post(CHAT)
                    .withHeader("authorization", equalTo("Bearer good"))
                    .willReturn(okJson("{\"id\":\"w\",\"choices\":[]}")));
            provider.stubFor(post(CHAT)
                    .withHeader("authorization", equalTo("Bearer bad"))
                    .willReturn(aResponse()
                            .withStatus(status)
                            .withHeader("retry-after", "60")
                            .withHeader("content-type", "application/json")
                            .withBody("{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":null,\"code\":\"" + code
                                    + "\"}}")));
            sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
                providers:
                  up:
                    type: openai_compatible
                    base_url: "%s/v1"
                    api_keys: [{ key: bad, weight: 1000 }, { key: good, weight: 1 }]
                """.formatted(provider.baseUrl()));

            // The bad one is drawn at once but for one time in a thousand; then it rests and is drawn no more.
            for (int i = 0; i < 10; i++) {
                assertThat(ask().join().statusCode()).isEqualTo(200);
            }

            provider.verify(1, postRequestedFor(urlEqualTo(CHAT)).withHeader("authorization", equalTo("Bearer bad")));
            assertThat(ObservedState.provider(sluice, "up").getInteger("keys")).isEqualTo(2);
            // A rejected key is checked first.
            await().until(() -> !ObservedState.provider(sluice, "up")
                    .getJsonArray("cooldowns")
                    .isEmpty());
            JsonObject cooldown = ObservedState.provider(sluice, "up")
                    .getJsonArray("cooldowns")
                    .getJsonObject(0);
            assertThat(cooldown.getInteger("key")).isEqualTo(1);
            assertThat(cooldown.getString("model")).isEqualTo(status == 429 ? "any" : null);
            assertThat(ObservedState.provider(sluice, "up").getInteger("cooling_keys"))
                    .isEqualTo(status == 429 ? 0 : 1);
        } finally {
            provider.stop();
        }
    }

    private CompletableFuture<HttpResponse<String>> ask() {
        return CompletableFuture.supplyAsync(() -> sluice.chat().chat(ChatClient.request("up/any", "Hello")), THREADS);
    }
}
