package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Anthropic's SDKs and Claude Code read in a response besides its body, and what they expect of their headers. */
class AnthropicClientsReadResponsesTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String BODY =
            "{\"model\":\"MODEL\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private static final List<String> BETAS = new CopyOnWriteArrayList<>();
    private static RunningSluice sluice;
    private static JsonUpstream upstream;

    @BeforeAll
    static void start() {
        upstream = new JsonUpstream((request, body) -> {
            BETAS.addAll(request.headers().getAll("anthropic-beta"));
            boolean overloaded = body.getString("model").equals("overloaded");
            String type = overloaded ? "overloaded_error" : "invalid_request_error";
            String message =
                    overloaded ? "Overloaded" : "input length and context limit: 9000 > 5000 maximum, context window";
            request.response()
                    .setStatusCode(overloaded ? 529 : 400)
                    .putHeader("content-type", "application/json")
                    .end("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}");
        });
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              ant:
                type: anthropic
                base_url: "URL"
                api_keys: [{ key: test }]
                headers: { anthropic-beta: configured-2026-01-01 }
                retry: { attempts: 1 }
            """.replace("URL", upstream.baseUrl()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
        upstream.close();
    }

    @Test
    void errorsHaveTheRequestIdInTheHeaderThatTheSdksRead() throws Exception {
        HttpResponse<String> unknown = post("/v1/messages", "nope/m");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("request-id"))
                .isPresent()
                .isEqualTo(unknown.headers().firstValue("x-request-id"));
        assertThat(post("/v1/chat/completions", "nope/m").headers().firstValue("request-id"))
                .isEmpty();
    }

    @Test
    void anOverloadHasTheStatusOfItsType() throws Exception {
        HttpResponse<String> overloaded = post("/v1/messages", "ant/overloaded");

        assertThat(overloaded.statusCode()).isEqualTo(529);
        assertThat(overloaded.body()).contains("\"type\":\"overloaded_error\"");
        assertThat(post("/v1/chat/completions", "ant/overloaded").statusCode()).isEqualTo(503);
    }

    @Test
    void aPromptThatIsTooLongIsReportedInTheWordsOfTheClientsApi() throws Exception {
        assertThat(post("/v1/messages", "ant/long").body()).contains("\"message\":\"prompt is too long: ");
        assertThat(post("/v1/chat/completions", "ant/long").body())
                .contains(
                        "\"message\":\"This model's maximum context length is 5000 tokens. ",
                        "context_length_exceeded");
        assertThat(post("/v1/responses", "ant/long").body())
                .contains("\"message\":\"This model's maximum context length is 5000 tokens. ");
    }

    @Test
    void allBetasOfTheClientAndTheConfigurationAreSent() throws Exception {
        BETAS.clear();

        send(request("/v1/messages", "ant/long")
                .header("anthropic-beta", "one-2025-01-01")
                .header("anthropic-beta", "two-2025-01-01,three-2025-01-01")
                .build());

        assertThat(BETAS).containsExactly("one-2025-01-01,two-2025-01-01,three-2025-01-01,configured-2026-01-01");
    }

    @Test
    void greetingsOfClaudeCodeAreAnswered() throws Exception {
        for (String path : List.of("/", "/api/hello")) {
            HttpRequest greeting = HttpRequest.newBuilder(URI.create(base() + path))
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(send(greeting).statusCode()).as(path).isEqualTo(200);
        }
    }

    private static HttpResponse<String> post(String path, String model) throws IOException, InterruptedException {
        return send(request(path, model).build());
    }

    private static HttpRequest.Builder request(String path, String model) {
        String body = path.endsWith("responses")
                ? "{\"model\":\"" + model + "\",\"input\":\"hi\"}"
                : BODY.replace("MODEL", model);
        return HttpRequest.newBuilder(URI.create(base() + path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8));
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String base() {
        return sluice.baseUrl().replace("/v1", "");
    }
}
