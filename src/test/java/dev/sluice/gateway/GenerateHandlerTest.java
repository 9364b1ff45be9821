package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.GeminiMock;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Gemini's format for clients: paths, keys, streams, counts, models and errors. */
class GenerateHandlerTest {

    private static final VirtualKeys KEYS = new VirtualKeys().with("all", "").with("limited", "endpoints: [chat]");
    private static final String KEY = KEYS.token("all");
    private static final String BODY = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hello world\"}]}]}";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();

    private static GeminiMock gemini;
    private static OpenAiMock openai;
    private static AnthropicMock anthropic;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        gemini = GeminiMock.open();
        openai = OpenAiMock.open();
        anthropic = AnthropicMock.open();
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL
                        + """
                        providers:
                          gemini: { type: gemini, base_url: "%s", api_keys: [{ key: "%s" }] }
                          openai: { type: openai, base_url: "%s", api_keys: [{ key: "%s" }] }
                          anthropic: { type: anthropic, base_url: "%s", api_keys: [{ key: "%s" }] }
                        models:
                          capital: { targets: [{ provider: openai, model: gpt-4o }] }
                        """.formatted(
                                        gemini.baseUrl(),
                                        gemini.key(),
                                        openai.baseUrl(),
                                        openai.key(),
                                        anthropic.baseUrl(),
                                        anthropic.key())
                        + KEYS.yaml(),
                Map.of(),
                1,
                LOG);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        gemini.close();
        openai.close();
        anthropic.close();
        HTTP.close();
    }

    @Test
    void geminiGetsTheClientsBytes() {
        HttpResponse<String> whole = post("/v1beta/models/gemini/gemini-2.5-flash:generateContent", BODY);
        HttpResponse<String> stream =
                post("/v1beta/models/gemini%2Fgemini-2.5-flash:streamGenerateContent?alt=sse", BODY);

        assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
        assertThat(text(new JsonObject(whole.body()))).isNotEmpty();
        assertThat(gemini.last().raw().toString()).isEqualTo(BODY);
        assertThat(stream.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(stream.body()).contains("\"finishReason\"").doesNotContain("[DONE]");
    }

    @Test
    void othersAreTranslated() {
        for (String model : new String[] {"openai/gpt-4o", "anthropic/claude-sonnet-4-6", "capital"}) {
            HttpResponse<String> whole = post("/v1beta/models/" + model + ":generateContent", BODY);
            HttpResponse<String> stream = post("/v1/models/" + model + ":streamGenerateContent?alt=sse", BODY);

            assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
            JsonObject response = new JsonObject(whole.body());
            assertThat(text(response)).isNotEmpty();
            assertThat(response.getJsonArray("candidates").getJsonObject(0).getString("finishReason"))
                    .isEqualTo("STOP");
            assertThat(response.getJsonObject("usageMetadata").getInteger("promptTokenCount"))
                    .isGreaterThan(1);
            assertThat(stream.body()).startsWith("data: {\"candidates\":").contains("\"finishReason\":\"STOP\"");
        }
    }

    @Test
    void aStreamWithoutEventsIsOneArray() {
        for (String model : new String[] {"gemini/gemini-2.5-flash", "openai/gpt-4o"}) {
            HttpResponse<String> array = post("/v1beta/models/" + model + ":streamGenerateContent", BODY);

            JsonArray responses = new JsonArray(array.body());
            assertThat(responses.size()).isGreaterThan(1);
            assertThat(array.headers().firstValue("content-type")).contains("application/json");
            assertThat(responses
                            .getJsonObject(responses.size() - 1)
                            .getJsonArray("candidates")
                            .getJsonObject(0)
                            .getString("finishReason"))
                    .isEqualTo("STOP");
        }
    }

    @Test
    void tokensAreCounted() {
        HttpResponse<String> own = post("/v1beta/models/openai/gpt-4o:countTokens", BODY);
        HttpResponse<String> google = post("/v1beta/models/gemini/gemini-2.5-flash:countTokens", BODY);

        // o200k: "hello world" is 2 tokens; 4 for the message and 3 for the start of the response.
        assertThat(new JsonObject(own.body())).isEqualTo(new JsonObject().put("totalTokens", 9));
        assertThat(own.headers().firstValue("x-sluice-estimated")).contains("false");
        assertThat(new JsonObject(google.body()).getInteger("totalTokens")).isPositive();
        assertThat(google.headers().firstValue("x-sluice-estimated")).isEmpty();
    }

    @Test
    void modelsAreListedInGooglesShape() {
        JsonObject first = json(get("/v1beta/models?pageSize=1"));
        JsonObject next = json(get("/v1beta/models?pageSize=1&pageToken=" + first.getString("nextPageToken")));
        JsonObject one = json(get("/v1beta/models/openai%2Fgpt-4o"));

        assertThat(first.getJsonArray("models").getJsonObject(0).getString("name"))
                .isEqualTo("models/capital");
        assertThat(next.getJsonArray("models").getJsonObject(0).getString("name"))
                .isNotEqualTo("models/capital");
        assertThat(one.getString("name")).isEqualTo("models/openai/gpt-4o");
        assertThat(one.getJsonArray("supportedGenerationMethods")).contains("generateContent");
        assertThat(json(get("/v1/models")).containsKey("models")).isTrue();
    }

    @Test
    void theKeyMayBeInTheQueryAndIsNotLogged() {
        HttpResponse<String> query = send(request("/v1beta/models/openai/gpt-4o:generateContent?key=" + KEY)
                .POST(body(BODY)));
        HttpResponse<String> elsewhere =
                send(request("/v1/chat/completions?key=" + KEY).POST(body("{}")));

        assertThat(query.statusCode()).isEqualTo(200);
        assertThat(elsewhere.statusCode()).isEqualTo(401);
        await().untilAsserted(() -> assertThat(log()).contains("/v1beta/models/{model}:generateContent"));
        assertThat(log()).doesNotContain(KEY);
    }

    @Test
    void errorsHaveGooglesForm() {
        JsonObject noKey =
                error(send(request("/v1beta/models/capital:generateContent").POST(body(BODY))), 401);
        JsonObject unknown = error(post("/v1beta/models/nobody/x:generateContent", BODY), 404);
        JsonObject operation = error(post("/v1beta/models/capital:predict", BODY), 404);
        error(post("/v1beta/generateContent", BODY), 404);
        JsonObject invalid = error(post("/v1beta/models/capital:generateContent", "{}"), 400);
        JsonObject refused = error(
                send(request("/v1beta/models/capital:generateContent")
                        .header("x-goog-api-key", KEYS.token("limited"))
                        .POST(body(BODY))),
                403);

        assertThat(noKey.getString("status")).isEqualTo("UNAUTHENTICATED");
        assertThat(unknown.getString("status")).isEqualTo("NOT_FOUND");
        assertThat(operation.getString("message")).contains(":generateContent");
        assertThat(invalid.getString("status")).isEqualTo("INVALID_ARGUMENT");
        assertThat(invalid.getJsonArray("details").encode()).contains("MISSING_REQUIRED_PARAMETER", "contents");
        assertThat(refused.getString("status")).isEqualTo("PERMISSION_DENIED");
    }

    private static JsonObject error(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject error = new JsonObject(response.body()).getJsonObject("error");
        assertThat(error.getInteger("code")).isEqualTo(status);
        return error;
    }

    private static String log() {
        return LOG.toString(StandardCharsets.UTF_8) + sluice.accessText();
    }

    private static String text(JsonObject response) {
        return response.getJsonArray("candidates")
                .getJsonObject(0)
                .getJsonObject("content")
                .getJsonArray("parts")
                .getJsonObject(0)
                .getString("text");
    }

    private static JsonObject json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private static HttpResponse<String> get(String path) {
        return send(request(path).header("x-goog-api-key", KEY).GET());
    }

    private static HttpResponse<String> post(String path, String body) {
        return send(request(path).header("x-goog-api-key", KEY).POST(body(body)));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path))
                .header("content-type", "application/json");
    }

    private static HttpRequest.BodyPublisher body(String json) {
        return HttpRequest.BodyPublishers.ofString(json);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
