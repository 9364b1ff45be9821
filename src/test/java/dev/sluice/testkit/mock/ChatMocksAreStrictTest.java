package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stand-ins that took the chat-completions format over: each is strict and framed in its own way. */
final class ChatMocksAreStrictTest {

    private static Vertx vertx;
    private static MistralMock mistral;
    private static GroqMock groq;
    private static DeepSeekMock deepSeek;
    private static GrokMock grok;
    private static BlackboxMock blackbox;
    private static OpenRouterMock openRouter;
    private static AzureMock azure;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        mistral = MistralMock.open(vertx);
        groq = GroqMock.open(vertx);
        deepSeek = DeepSeekMock.open(vertx);
        grok = GrokMock.open(vertx);
        blackbox = BlackboxMock.open(vertx);
        openRouter = OpenRouterMock.open(vertx);
        azure = AzureMock.open(vertx);
    }

    @AfterAll
    static void close() {
        List.of(mistral, groq, deepSeek, grok, blackbox, openRouter, azure).forEach(MockProvider::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void mistralAnswers422AndPutsThoughtsIntoTheContent() {
        MockClient asking = bearer(mistral);
        JsonObject thinking = chat("mistral-large-4").put("reasoning_effort", "high");
        JsonObject whole = asking.post("/v1/chat/completions", thinking).json();
        MockClient.Response stream =
                asking.post("/v1/chat/completions", chat("mistral-large-4").put("stream", true));
        JsonObject foreign = chat("mistral-large-4");
        foreign.getJsonArray("messages")
                .add(MockClient.assistantCalling("call_1", "weather"))
                .add(MockClient.result("call_1", "mild"));
        MockClient.Response unknown =
                asking.post("/v1/chat/completions", chat("mistral-large-4").put("seed", 1));

        assertThat(message(whole).getJsonArray("content").encode()).contains(Script.THOUGHT, "echo: hi there");
        assertThat(text(stream)).isEqualTo("echo: hi there");
        assertThat(last(stream).getJsonObject("usage").getInteger("num_cached_tokens"))
                .isEqualTo(4);
        assertThat(last(stream).encode()).contains("\"finish_reason\":\"stop\"", "there");
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(unknown.json().getJsonArray("detail").encode()).contains("seed");
        assertThat(asking.post("/v1/chat/completions", foreign).body()).contains("with a length of 9");
        assertThat(asking.post("/v1/chat/completions", MockClient.chat("mistral-large-4", "fault: quota"))
                        .header("x-ratelimit-limit-req-minute"))
                .isEqualTo("0");
    }

    @Test
    void groqCallsInOnePieceAndFailsInItsOwnField() {
        MockClient asking = bearer(groq);
        JsonObject calling =
                MockClient.chat("openai/gpt-oss-120b", "call weather").put("stream", true);
        calling.put("tools", Json.arr(MockClient.tool("weather"))).put("reasoning_effort", "low");
        MockClient.Response stream = asking.post("/chat/completions", calling);

        assertThat(stream.body()).contains("\"arguments\":\"{\\\"city\\\":\\\"Paris\\\"}\"", "\"reasoning\":");
        assertThat(stream.events().get(0).getJsonObject("x_groq").getString("id"))
                .isEqualTo("req_mock1");
        assertThat(last(stream).getJsonObject("x_groq").containsKey("usage")).isTrue();
        assertThat(asking.post("/chat/completions", chat("openai/gpt-oss-20b").put("logprobs", true))
                        .body())
                .contains("property 'logprobs' is unsupported");
        assertThat(asking.post("/chat/completions", chat("openai/gpt-oss-20b").put("n", 2))
                        .status())
                .isEqualTo(400);
        assertThat(asking.post("/chat/completions", fault("openai/gpt-oss-20b", "error_event"))
                        .body())
                .contains("\"x_groq\":{\"error\":\"over capacity\"}");
    }

    @Test
    void deepSeekThinksByItselfAndWantsItsThoughtsBack() {
        MockClient asking = bearer(deepSeek);
        JsonObject whole =
                asking.post("/chat/completions", chat("deepseek-flash")).json();
        MockClient.Response stream =
                asking.post("/chat/completions", chat("deepseek-flash").put("stream", true));
        JsonObject forgot = chat("deepseek-flash");
        forgot.getJsonArray("messages")
                .add(MockClient.assistantCalling("call_1", "weather"))
                .add(MockClient.result("call_1", "mild"));
        JsonObject developer = chat("deepseek-flash");
        developer.getJsonArray("messages").add(Json.obj("role", "developer", "content", "be brief"));

        assertThat(message(whole).getString("reasoning_content")).isEqualTo(Script.THOUGHT);
        assertThat(stream.body()).startsWith(": keep-alive\n\n");
        assertThat(text(stream)).isEqualTo("echo: hi there");
        assertThat(last(stream).getJsonObject("usage").getInteger("prompt_cache_hit_tokens"))
                .isEqualTo(4);
        assertThat(asking.post("/chat/completions", forgot).body()).contains("must be passed back");
        assertThat(asking.post("/chat/completions", developer).status()).isEqualTo(400);
        assertThat(asking.post("/chat/completions", MockClient.chat("deepseek-flash", "queued hi"))
                        .body())
                .startsWith("\n\n");
        assertThat(asking.post("/chat/completions", MockClient.chat("deepseek-flash", "fault: quota"))
                        .status())
                .isEqualTo(402);
    }

    @Test
    void grokCountsReasoningApartAndHasNoLiveSearch() {
        MockClient asking = bearer(grok);
        JsonObject thinking = chat("grok-4.7").put("reasoning_effort", "low");
        JsonObject usage = asking.post("/chat/completions", thinking).json().getJsonObject("usage");
        JsonObject calling =
                MockClient.chat("grok-4.7", "call weather and time").put("stream", true);
        calling.put("tools", Json.arr(MockClient.tool("weather"), MockClient.tool("time")));
        MockClient.Response stream = asking.post("/chat/completions", calling);
        MockClient stranger = new MockClient(grok.baseUrl(), "authorization", "Bearer wrong");

        assertThat(usage.getInteger("completion_tokens")).isEqualTo(3);
        assertThat(usage.getInteger("total_tokens")).isEqualTo(22 + 3 + 7);
        assertThat(stream.body()).contains("\"name\":\"time\"").doesNotContain("{\"index\":1");
        assertThat(asking.post("/chat/completions", chat("grok-4.7").put("search_parameters", new JsonObject()))
                        .status())
                .isEqualTo(410);
        assertThat(asking.post("/chat/completions", chat("grok-4.7").put("stop", "x"))
                        .status())
                .isEqualTo(400);
        assertThat(asking.post("/chat/completions", MockClient.chat("grok-4.7", "cite it"))
                        .json()
                        .getJsonArray("citations"))
                .containsExactly(Script.CITED_URL);
        assertThat(stranger.post("/chat/completions", chat("grok-4.7")).status())
                .isEqualTo(400);
    }

    @Test
    void grokDefersAnAnswerThatIsReadOnce() {
        MockClient asking = bearer(grok);
        String id = asking.post("/chat/completions", chat("grok-4.7").put("deferred", true))
                .json()
                .getString("request_id");
        String path = "/chat/deferred-completion/" + id;

        assertThat(asking.get(path).status()).isEqualTo(202);
        assertThat(asking.get(path).body()).contains("echo: hi there");
        assertThat(asking.get(path).status()).isEqualTo(404);
    }

    @Test
    void grokDrawsByJsonAndIsPolledForVideos() {
        MockClient asking = bearer(grok);
        JsonObject edit = Json.obj("model", "grok-imagine-image", "prompt", "a tram");
        JsonObject sized = edit.copy().put("size", "1024x1024");
        String id = asking.post("/videos/generations", Json.obj("model", "grok-imagine-video-1.5", "prompt", "a tram"))
                .json()
                .getString("request_id");

        assertThat(asking.post("/images/generations", edit).body()).contains("/files/mock.jpg");
        assertThat(asking.post("/images/edits", edit).status()).isEqualTo(400);
        assertThat(asking.post("/images/generations", sized).status()).isEqualTo(400);
        assertThat(asking.get("/videos/" + id).status()).isEqualTo(202);
        assertThat(asking.get("/videos/" + id).json().getString("status")).isEqualTo("done");
    }

    @Test
    void blackboxDrawsIntoTheContent() {
        MockClient asking = bearer(blackbox);
        JsonObject drawn = asking.post("/chat/completions", chat("blackboxai/black-forest-labs/flux-pro"))
                .json();
        MockClient.Response stream =
                asking.post("/chat/completions", chat("blackboxai/openai/gpt-4").put("stream", true));

        assertThat(message(drawn).getString("content")).endsWith(".webp");
        assertThat(message(drawn).getString("tool_calls")).isEqualTo("None");
        assertThat(stream.body()).startsWith(": ");
        assertThat(text(stream)).isEqualTo("echo: hi there");
        assertThat(last(stream).getJsonArray("choices")).isEmpty();
        assertThat(asking.post("/chat/completions", chat("gpt-4"))
                        .json()
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(400);
        assertThat(asking.post("/chat/completions", MockClient.chat("blackboxai/openai/gpt-4", "fault: quota"))
                        .status())
                .isEqualTo(402);
    }

    @Test
    void openRouterShowsThatItWorksAndWhatItCost() {
        MockClient asking = bearer(openRouter);
        JsonObject thinking = chat("openai/gpt-6-luna").put("stream", true).put("reasoning", Json.obj("effort", "low"));
        MockClient.Response stream = asking.post("/chat/completions", thinking);
        JsonObject message = Json.obj("model", "anthropic/claude-haiku-4.5", "max_tokens", 9);
        message.put("messages", Json.arr(MockClient.user("hi there")));

        assertThat(stream.body()).startsWith(": OPENROUTER PROCESSING\n\n").contains("reasoning_details");
        assertThat(text(stream)).isEqualTo("echo: hi there");
        assertThat(last(stream).getJsonObject("usage").getDouble("cost")).isEqualTo(0.0000042);
        assertThat(asking.post("/messages", message).body()).contains("end_turn");
        assertThat(asking.post("/chat/completions", chat("gpt-6-luna")).body()).contains("not a valid model ID");
        assertThat(asking.post("/chat/completions", fault("openai/gpt-6-luna", "error_event"))
                        .body())
                .contains("\"finish_reason\":\"error\"");
    }

    @Test
    void openRouterListsModelsOnce() {
        MockClient.Response first = new MockClient(openRouter.baseUrl()).get("/models");
        MockClient.Response again =
                new MockClient(openRouter.baseUrl(), "if-none-match", first.header("etag")).get("/models");

        assertThat(first.body()).contains("\"prompt\":\"0.0000001\"");
        assertThat(again.status()).isEqualTo(304);
    }

    @Test
    void azureKnowsDeploymentsVersionsAndFilters() {
        MockClient asking = new MockClient(azure.baseUrl(), "api-key", azure.key());
        String dated = "/openai/deployments/my-gpt4o/chat/completions";
        MockClient.Response stream =
                asking.post(dated + "?api-version=2024-10-21", chat("ignored").put("stream", true));
        JsonObject blocked = MockClient.chat("my-gpt4o", "fault: content_filter");

        assertThat(stream.events().get(0).getJsonArray("choices")).isEmpty();
        assertThat(stream.events().get(0).getJsonArray("prompt_filter_results")).hasSize(1);
        assertThat(text(stream)).isEqualTo("echo: hi there");
        assertThat(asking.post(dated, chat("ignored")).status()).isEqualTo(404);
        assertThat(asking.post("/openai/v1/chat/completions", chat("my-gpt4o")).body())
                .contains("content_filter_results");
        assertThat(asking.post("/openai/v1/chat/completions", chat("gpt-4o")).body())
                .contains("DeploymentNotFound");
        assertThat(asking.post("/openai/v1/chat/completions", blocked).body()).contains("ResponsibleAIPolicyViolation");
        assertThat(new MockClient(azure.baseUrl())
                        .post("/openai/v1/responses", chat("my-gpt4o"))
                        .status())
                .isEqualTo(401);
    }

    private static MockClient bearer(MockProvider mock) {
        return new MockClient(mock.baseUrl(), "authorization", "Bearer " + mock.key());
    }

    private static JsonObject chat(String model) {
        return MockClient.chat(model, "hi there");
    }

    private static JsonObject fault(String model, String name) {
        return MockClient.chat(model, "fault: " + name).put("stream", true);
    }

    private static JsonObject message(JsonObject whole) {
        return whole.getJsonArray("choices").getJsonObject(0).getJsonObject("message");
    }

    private static JsonObject last(MockClient.Response stream) {
        return stream.events().get(stream.events().size() - 1);
    }

    private static String text(MockClient.Response stream) {
        return stream.events().stream()
                .flatMap(event -> Json.objects(event, "choices").stream())
                .map(choice -> choice.getJsonObject("delta").getString("content"))
                .filter(piece -> piece != null)
                .collect(Collectors.joining());
    }
}
