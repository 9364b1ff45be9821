package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Running requests finish with the settings they started with. A removed provider accepts no new request and is
 * undeployed after the last one.
 */
class RemovedProvidersFinishTheirRequestsTest {

    @RegisterExtension
    static final RunningSimulator UPSTREAM = RunningSimulator.steerable();

    private static final String OWN = "  own: { type: simulator, first_token: 0ms, token_gap: 0ms, steerable: true }\n";
    private static final String REST = "  rest: { type: simulator, models: [echo] }\n";

    private RunningSluice sluice;
    private AdminClient admin;

    @BeforeEach
    void start() {
        sluice = RunningSluice.start(config(OWN + REST));
        admin = AdminClient.of(sluice);
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void aRemovedProviderEndsItsStreamFirst() {
        int servers = servers();
        CompletableFuture<HttpResponse<String>> stream = stream("own/lorem-150_gap-10ms");

        apply(config(REST));

        HttpResponse<String> refused = sluice.chat().chat(ChatClient.request("own/lorem-150_gap-10ms", "Hi"));
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(refused.body()).getJsonObject("error").getString("code"))
                .isEqualTo("model_not_found");
        assertThat(admin.deployments()).containsExactly("rest", "~own");
        assertThat(stream).isNotDone();

        assertThat(stream.join().body()).endsWith("data: [DONE]\n\n");
        assertThat(ChatClient.chunks(stream.join().body())).hasSizeGreaterThan(150);
        await().untilAsserted(() -> assertThat(admin.deployments()).containsExactly("rest"));
        await().untilAsserted(() -> assertThat(servers()).isEqualTo(servers - 1));
    }

    @Test
    void aReplacedProviderEndsItsStreamBesideItsSuccessor() {
        CompletableFuture<HttpResponse<String>> stream = stream("own/lorem-150_gap-10ms");

        apply(config(OWN.replace("token_gap: 0ms", "token_gap: 1ms") + REST));

        assertThat(admin.deployments()).containsExactly("own", "rest", "~own");
        assertThat(sluice.chat().chat(ChatClient.request("own/lorem-3", "Hi")).statusCode())
                .isEqualTo(200);
        assertThat(stream).isNotDone();
        assertThat(stream.join().body()).endsWith("data: [DONE]\n\n");
        await().untilAsserted(() -> assertThat(admin.deployments()).containsExactly("own", "rest"));
    }

    @Test
    void aPlanFallsBackToATargetThatWasRemovedMeanwhile() {
        apply(config(OWN + REST + up() + "    timeouts: { first_byte: 2s }\n") + """
            models:
              safe: { targets: [{ provider: up, model: fault-silent }, { provider: own, model: lorem-7 }] }
            """);
        CompletableFuture<HttpResponse<String>> response = CompletableFuture.supplyAsync(
                () -> sluice.chat().chat(ChatClient.request("safe", "Hi").put("stream", true)));
        await().until(() -> UPSTREAM.log().requestCount() == 1);

        apply(config(REST));
        assertThat(sluice.chat().chat(ChatClient.request("safe", "Hi")).statusCode())
                .isEqualTo(404);
        assertThat(response).isNotDone();

        assertThat(response.join().body()).endsWith("data: [DONE]\n\n");
        assertThat(response.join().headers().firstValue("x-sluice-provider")).contains("own");
        assertThat(response.join().headers().firstValue("x-sluice-attempts")).contains("2");
        await().untilAsserted(() -> assertThat(admin.deployments()).containsExactly("rest"));
    }

    @Test
    void anOpenBreakerIsNotInheritedAndDoesNotShowOnItsSuccessor() {
        String up = up() + "    breaker: { min_calls: 1, open_duration: 1h }\n";
        apply(config(REST + up));
        sluice.chat().chat(ChatClient.request("up/fault-status-503", "Hi"));
        await().untilAsserted(() -> assertThat(admin.metric("sluice_breaker_state{provider=\"up\"}"))
                .isEqualTo(2));

        apply(config(REST + up + "    headers: { x-edit: again }\n"));

        assertThat(admin.metric("sluice_breaker_state{provider=\"up\"}")).isZero();
        assertThat(sluice.chat().chat(ChatClient.request("up/lorem-3", "Hi")).statusCode())
                .isEqualTo(200);
    }

    private CompletableFuture<HttpResponse<String>> stream(String model) {
        CompletableFuture<HttpResponse<String>> response = CompletableFuture.supplyAsync(
                () -> sluice.chat().chat(ChatClient.request(model, "Hi").put("stream", true)));
        await().until(() -> admin.metric("sluice_open_streams") == 1);
        return response;
    }

    private void apply(String yaml) {
        sluice.edit(yaml);
        assertThat(admin.reload().getJsonObject("last_refusal")).isNull();
    }

    private int servers() {
        return ((VertxInternal) sluice.vertx()).sharedTcpServers().size();
    }

    private static String up() {
        return "  up:\n    type: openai_compatible\n    base_url: " + UPSTREAM.baseUrl()
                + "\n    api_keys: [{ key: dummy }]\n";
    }

    private static String config(String providers) {
        return RunningSluice.EPHEMERAL + "providers:\n" + providers;
    }
}
