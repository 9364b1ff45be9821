package dev.sluice.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers receive the client's bytes except for required changes, and only the headers that may be forwarded. */
class UpstreamRequestsKeepTheClientsBytesTest {

    /** Unknown fields, numbers beyond the range of a double, unusual white space, escapes, an unusual order. */
    private static final String ODD = "{ \"zeta\" : 123456789012345678901234567890.000 ,\r\n"
            + "\t\"model\":  \"%s\" , \"n\\u0061me\":\"\\ud83d\\ude00 é \\/\", \"messages\" : ["
            + " {\"content\":\"a\\u0000b\",\"role\":\"user\" } ],\"e\":1E400,\"list\":[ ], \"alpha\":-0.0 }\n"
            + " ";

    private static final String ANSWER =
            "{\"id\" : \"x\",  \"big\":12345678901234567890123,\"choices\":[],\r\n\"é\":\"\\u00e9\" }\n\n";

    @RegisterExtension
    static final WireMockExtension upstream = WireMockExtension.newInstance()
            .options(options().dynamicPort().dynamicHttpsPort())
            .build();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        String http = "http://127.0.0.1:" + upstream.getPort();
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + """
                    providers:
                      plain:
                        type: openai_compatible
                        base_url: %1$s/base
                        api_keys: [{ key: "${KEY}" }]
                        headers: { x-team: platform }
                      openai: { type: openai, base_url: "%1$s/v1", api_keys: [{ key: "${KEY}" }] }
                      azure: { type: azure_openai, base_url: "%1$s", api_keys: [{ key: "${KEY}" }] }
                      dated:
                        type: azure_openai
                        base_url: %1$s
                        api_version: "2024-10-21"
                        deployments: { gpt-4o: my-gpt4o }
                        api_keys: [{ key: "${KEY}" }]
                      departs:
                        type: openai_compatible
                        base_url: "%1$s/v1"
                        api_keys: [{ key: "${KEY}" }]
                        quirks: { rename: { max_completion_tokens: max_tokens, seed: random_seed }, drop: [user] }
                      tls: { type: openai_compatible, base_url: "https://localhost:%2$d" }
                    """.formatted(http, upstream.getHttpsPort()),
                Map.of("KEY", "sk-provider"),
                2);
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
                        .withBody(ANSWER.getBytes(UTF_8))));
    }

    @Test
    void everyByteButTheModelsNameArrivesAsItWasSent() {
        HttpResponse<String> response = post("/chat/completions", ODD.formatted("plain/org/model-1"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(seen().getBodyAsString()).isEqualTo(ODD.formatted("org/model-1"));
        assertThat(seen().getUrl()).isEqualTo("/base/chat/completions");
        assertThat(response.body()).isEqualTo(ANSWER);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.headers().firstValue("x-sluice-dropped")).isEmpty();
    }

    @Test
    void onlyClientHeadersNamedInTheCatalogPass() {
        String[] client = {
            "authorization", "Bearer sk-client",
            "cookie", "session=1",
            "x-forwarded-for", "10.0.0.1",
            "openai-organization", "org-1",
            "openai-project", "proj-1",
            "openai-beta", "assistants=v2",
            "traceparent", "00-1-2-3",
            "x-anything", "else",
            "x-team", "theirs",
            "user-agent", "their-agent/1",
            "x-request-id", "id-77"
        };

        post("/chat/completions", body("openai/gpt-4o"), client);
        assertThat(headers())
                .isEqualTo(Map.of(
                        "accept", "application/json",
                        "accept-encoding", "identity",
                        "authorization", "Bearer sk-provider",
                        "content-length", "" + seen().getBody().length,
                        "content-type", "application/json",
                        "host", "127.0.0.1:" + upstream.getPort(),
                        "openai-beta", "assistants=v2",
                        "user-agent", "sluice",
                        "x-request-id", "id-77"));

        post("/chat/completions", body("plain/any"), client);
        assertThat(headers()).containsEntry("x-team", "platform").doesNotContainKey("openai-beta");
    }

    @Test
    void azureHasADeploymentInItsPathWhenItsVersionIsDated() {
        assertThat(post("/chat/completions", body("dated/gpt-4o")).statusCode()).isEqualTo(200);
        assertThat(seen().getUrl()).isEqualTo("/openai/deployments/my-gpt4o/chat/completions?api-version=2024-10-21");
        assertThat(headers()).containsEntry("api-key", "sk-provider").doesNotContainKey("authorization");

        post("/completions", "{\"model\":\"dated/gpt-4o\",\"prompt\":\"hi\"}");
        assertThat(seen().getUrl()).isEqualTo("/openai/deployments/my-gpt4o/completions?api-version=2024-10-21");
    }

    @Test
    void azureTakesTheDeploymentAsModelOtherwise() {
        assertThat(post("/chat/completions", body("azure/my-deployment")).statusCode())
                .isEqualTo(200);

        assertThat(seen().getUrl()).isEqualTo("/openai/v1/chat/completions");
        assertThat(seen().getBodyAsString()).isEqualTo(body("my-deployment"));
        assertThat(headers()).containsEntry("api-key", "sk-provider");
        HttpResponse<String> legacy = post("/completions", "{\"model\":\"azure/x\",\"prompt\":[[1,2]]}");
        assertThat(legacy.statusCode()).isEqualTo(400);
        assertThat(code(legacy)).isEqualTo("unsupported_by_provider");
    }

    @Test
    void unsupportedParametersAreRenamedOrReportedAsDropped() {
        HttpResponse<String> response = post(
                "/chat/completions",
                "{\"model\":\"departs/small\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"seed\":7,\"user\":\"u\",\"max_completion_tokens\":5}");

        assertThat(seen().getBodyAsString())
                .isEqualTo(
                        "{\"model\":\"small\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"random_seed\":7,\"max_tokens\":5}");
        assertThat(response.headers().firstValue("x-sluice-dropped"))
                .contains("seed->random_seed,user,max_completion_tokens->max_tokens");
    }

    /** WireMock's certificate is self-signed. */
    @Test
    void untrustedCertificatesAreRejected() {
        HttpResponse<String> response = post("/chat/completions", body("tls/any"));

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(code(response)).isEqualTo("upstream_unreachable");
        assertThat(response.body()).contains("certif");
        assertThat(upstream.getAllServeEvents()).isEmpty();
    }

    private static String code(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonObject("error").getString("code");
    }

    private static String body(String model) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static HttpResponse<String> post(String path, String body, String... headers) {
        return sluice.chat().post(path, body, headers);
    }

    private static LoggedRequest seen() {
        return upstream.getAllServeEvents().get(0).getRequest();
    }

    private static Map<String, String> headers() {
        return seen().getHeaders().all().stream()
                .collect(Collectors.toMap(
                        header -> header.key().toLowerCase(java.util.Locale.ROOT),
                        header -> String.join(",", header.values()),
                        (a, b) -> a + b));
    }
}
