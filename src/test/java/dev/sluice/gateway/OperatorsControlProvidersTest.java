package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The admin API holds a provider's breaker open or closed, returns it to automatic control, and drains the provider.
 */
class OperatorsControlProvidersTest {

    private static final String FAILING = "fast_fault-status-503";

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private HeldUpstream held;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        held = new HeldUpstream();
        sluice = RunningSluice.start(yaml("60s"));
    }

    private String yaml(String window) {
        return RunningSluice.EPHEMERAL
                + """
                providers:
                  up:
                    type: openai_compatible
                    base_url: "%s"
                    breaker: { failure_rate: 0.5, min_calls: 5, window: %s, open_duration: 60s }
                    retry: { attempts: 1 }
                  models:
                    type: openai_compatible
                    base_url: "%s"
                    breaker: { failure_rate: 0.5, min_calls: 5, window: 60s, open_duration: 60s, scope: model }
                    retry: { attempts: 1 }
                  held: { type: openai_compatible, base_url: "%s" }
                """.formatted(simulator.baseUrl(), window, simulator.baseUrl(), held.baseUrl());
    }

    @AfterEach
    void stop() {
        sluice.close();
        held.close();
    }

    @Test
    void breakersHeldOpenSendNothingUntilReleasedAndProbed() {
        assertThat(post("up", "breaker", "{\"state\":\"open\",\"reason\":\"repairs\"}")
                        .getString("breaker_reason"))
                .isEqualTo("by an operator: repairs");

        HttpResponse<String> refused = ask("up/fast");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("breaker_open");
        assertThat(simulator.log().requestCount()).isZero();

        post("up", "breaker", "{\"state\":\"auto\"}");
        await().until(() ->
                ObservedState.provider(sluice, "up").getString("breaker").equals("half_open"));
        assertThat(ask("up/fast").statusCode()).isEqualTo(200);
        assertThat(ObservedState.provider(sluice, "up").getString("breaker")).isEqualTo("closed");
        assertThat(breaker("up", 0).getJsonArray("history").stream()
                        .map(turn -> ((JsonObject) turn).getString("state")))
                .containsExactly("open", "open", "half_open", "closed");
    }

    @Test
    void heldClosedItStaysSoThoughEverythingFails() {
        post("up", "breaker", "{\"state\":\"closed\"}");

        for (int i = 0; i < 10; i++) {
            ask("up/" + FAILING);
        }

        assertThat(ObservedState.provider(sluice, "up").getString("breaker")).isEqualTo("closed");
        assertThat(breaker("up", 0).getBoolean("held")).isTrue();
        assertThat(simulator.log().requestCount()).isEqualTo(10);
    }

    @Test
    void anOperatorsSettingSurvivesAnEdit() {
        post("up", "breaker", "{\"state\":\"open\",\"reason\":\"repairs\"}");
        post("models", "drain", "");

        sluice.edit(yaml("30s"));
        AdminClient.of(sluice).reload();

        await().untilAsserted(
                        () -> assertThat(ObservedState.provider(sluice, "up").getBoolean("draining"))
                                .isFalse());
        assertThat(ObservedState.provider(sluice, "up").getString("breaker_reason"))
                .isEqualTo("by an operator: repairs");
        assertThat(ask("up/fast").statusCode()).isEqualTo(503);
        assertThat(ask("models/fast").statusCode()).isEqualTo(503);
        assertThat(new ChatClient(sluice.adminUrl()).get("/metrics").body())
                .contains("sluice_breaker_state{provider=\"up\"} 2");
    }

    @Test
    void aDrainedProviderFinishesWhatRunsAndGetsNothingNew() {
        CompletableFuture<HttpResponse<String>> running = CompletableFuture.supplyAsync(() -> ask("held/any"));
        held.awaitHeld(1);

        assertThat(post("held", "drain", "{\"reason\":\"moves house\"}").getString("drained"))
                .isEqualTo("by an operator: moves house");

        HttpResponse<String> refused = ask("held/any");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("provider_drained");
        held.respondNext(200);
        assertThat(running.join().statusCode()).isEqualTo(200);
        assertThat(held.seen()).isEqualTo(1);

        assertThat(post("held", "undrain", "").getString("drained")).isNull();
        running = CompletableFuture.supplyAsync(() -> ask("held/any"));
        held.awaitHeld(1);
        held.respondNext(200);
        assertThat(running.join().statusCode()).isEqualTo(200);
    }

    @Test
    void aModelThatFailsTakesNoOtherWithIt() {
        for (int i = 0; i < 5; i++) {
            ask("models/" + FAILING);
        }

        assertThat(ask("models/" + FAILING).statusCode()).isEqualTo(503);
        assertThat(simulator.log().requestCount()).isEqualTo(5);
        assertThat(ask("models/fast").statusCode()).isEqualTo(200);
        assertThat(ObservedState.provider(sluice, "models").getString("breaker"))
                .isEqualTo("open");
        assertThat(breaker("models", 1).getString("model")).isEqualTo(FAILING);
        assertThat(breaker("models", 1).getString("state")).isEqualTo("open");
        assertThat(new ChatClient(sluice.adminUrl()).get("/metrics").body())
                .contains("sluice_breaker_state{provider=\"models\"} 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody|breaker|{\"state\":\"open\"}|404",
                "nobody|drain||404",
                "up|breaker|{\"state\":\"shut\"}|400",
                "up|breaker|{}|400",
                "up|breaker|[1]|400",
                "up|breaker|{\"state\":\"open\",\"model\":\"x\"}|400",
                "up|drain|{\"reason\":7}|400",
            })
    void anInvalidRequestChangesNothing(String provider, String what, String body, int status) {
        HttpResponse<String> refused = new ChatClient(sluice.adminUrl())
                .post("/admin/v1/providers/" + provider + "/" + what, body == null ? "" : body);

        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(ObservedState.error(refused.body()).getString("message")).isNotBlank();
        assertThat(ask("up/fast").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> ask(String model) {
        return sluice.chat().chat(ChatClient.request(model, "Hello"));
    }

    private JsonObject breaker(String provider, int index) {
        return ObservedState.provider(sluice, provider).getJsonArray("breakers").getJsonObject(index);
    }

    private JsonObject post(String provider, String what, String body) {
        HttpResponse<String> response =
                new ChatClient(sluice.adminUrl()).post("/admin/v1/providers/" + provider + "/" + what, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }
}
