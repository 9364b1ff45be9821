package dev.sluice.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routing overrides, in headers or in a member of the body, choose the targets and are not sent to providers. */
class RoutingOverridesChooseTargetsTest {

    private static final String STEERING = "\"sluice\":{\"session\":\"of-one\",\"fallbacks\":[]}";

    @RegisterExtension
    static final WireMockExtension upstream =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              openai: { type: openai, base_url: "%1$s/v1", api_keys: [{ key: k }], retry: { attempts: 1 } }
              anthropic: { type: anthropic, base_url: "%1$s", api_keys: [{ key: k }], retry: { attempts: 1 } }
              one: { type: simulator }
              two: { type: simulator }
            model_info:
              one/lorem: { inputs: [text], traits: [reasoning], context: 1500 }
            models:
              both: { targets: [{ provider: one, model: echo }, { provider: two, model: echo }] }
              even: { strategy: round_robin, sticky: session, targets: [{ provider: one, model: echo }, { provider: two, model: echo }] }
              fitting: { targets: [{ provider: one, model: lorem }, { provider: two, model: echo }] }
            """.formatted("http://127.0.0.1:" + upstream.getPort()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @BeforeEach
    void response() {
        upstream.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withHeader("content-type", "application/json")
                        .withBody("{}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/chat/completions | openai/gpt-4o | \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]",
                "/chat/completions | anthropic/claude-x | \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]",
                "/messages | anthropic/claude-x |"
                        + " \"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]",
                "/messages | openai/gpt-4o | \"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]",
                "/messages/count_tokens | anthropic/claude-x | \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]",
                "/responses | openai/gpt-4o | \"input\":\"hi\"",
                "/responses | anthropic/claude-x | \"input\":\"hi\"",
                "/embeddings | openai/text-embedding-3-small | \"input\":\"hi\"",
            })
    void noProviderSeesTheMember(String path, String model, String members) {
        HttpResponse<String> response =
                sluice.chat().post(path, "{\"model\":\"" + model + "\"," + STEERING + "," + members + "}");

        assertThat(upstream.getAllServeEvents()).as(response.body()).hasSize(1);
        var seen = upstream.getAllServeEvents().getFirst().getRequest();
        JsonObject body = new JsonObject(seen.getBodyAsString());
        assertThat(body.getString("model")).isEqualTo(model.substring(model.indexOf('/') + 1));
        assertThat(body.containsKey("sluice")).isFalse();
        assertThat(seen.getBodyAsString()).doesNotContain("of-one");
        assertThat(response.headers().firstValue("x-sluice-dropped").orElse("")).doesNotContain("sluice");
    }

    @Test
    void headersChooseTheTargetAndDoNotTravel() {
        assertThat(provider("both")).isEqualTo("one");
        assertThat(provider("both", "x-sluice-only", "two")).isEqualTo("two");

        sluice.chat().post("/chat/completions", chat("openai/gpt-4o", ""), "x-sluice-session", "s");
        assertThat(upstream.getAllServeEvents()
                        .getFirst()
                        .getRequest()
                        .getHeaders()
                        .keys())
                .noneMatch(name -> name.startsWith("x-sluice"));
    }

    @Test
    void aSessionKeepsItsTarget() {
        Set<String> used = new HashSet<>();
        for (int session = 0; session < 12; session++) {
            String first = provider("even", "x-sluice-session", "s" + session);
            used.add(first);
            for (int i = 0; i < 3; i++) {
                assertThat(provider("even", "x-sluice-session", "s" + session)).isEqualTo(first);
            }
        }
        assertThat(used).containsExactlyInAnyOrder("one", "two");
        assertThat(provider("even")).isNotEqualTo(provider("even"));
    }

    @Test
    void badSteeringIsRefused() {
        HttpResponse<String> response =
                sluice.chat().post("/chat/completions", chat("both", ""), "x-sluice-strategy", "luck");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getJsonObject("error").getMap())
                .containsAllEntriesOf(Map.of("param", "x-sluice-strategy", "type", "invalid_request_error"));
    }

    @Test
    void requestsThatATargetCannotServeGoToTheNext() {
        assertThat(provider("fitting")).isEqualTo("one");
        assertThat(servedBy(sluice.chat()
                        .post(
                                "/chat/completions",
                                chat("fitting", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"))))
                .isEqualTo("two");
        // Counted off the event loop: some 3,000 tokens do not fit into 1,500.
        String prompt = "word ".repeat(3_000);
        assertThat(servedBy(sluice.chat()
                        .post("/chat/completions", chat("fitting", "").replace("hi", prompt))))
                .isEqualTo("two");
    }

    private static String provider(String model, String... headers) {
        return servedBy(sluice.chat().post("/chat/completions", chat(model, ""), headers));
    }

    private static String servedBy(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.headers().firstValue("x-sluice-provider").orElseThrow();
    }

    private static String chat(String model, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    }
}
