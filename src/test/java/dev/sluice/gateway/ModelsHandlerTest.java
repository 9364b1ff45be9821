package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.models.models.ModelInfo;
import com.anthropic.models.models.ModelListPage;
import com.anthropic.models.models.ModelListParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.models.Model;
import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.binding.Secret;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.AzureMock;
import dev.sluice.testkit.mock.CohereMock;
import dev.sluice.testkit.mock.GeminiMock;
import dev.sluice.testkit.mock.OpenAiMock;
import dev.sluice.testkit.mock.OpenRouterMock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The model list combines six providers, the configuration and the model table, in the format of each client. */
class ModelsHandlerTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Secret PEPPER = new Secret("a pepper for these tests only");
    private static final GeneratedKey ALL = new KeyGenerator().generate("all", null, List.of(), PEPPER);
    private static final GeneratedKey FEW =
            new KeyGenerator().generate("few", null, List.of("smart", "anthropic/claude-*-5-5"), PEPPER);

    private static final OpenAiMock openai = OpenAiMock.open();
    private static final AnthropicMock anthropic = AnthropicMock.open();
    private static final GeminiMock gemini = GeminiMock.open();
    private static final CohereMock cohere = CohereMock.open();
    private static final OpenRouterMock openrouter = OpenRouterMock.open();
    private static final AzureMock azure = AzureMock.open();
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        anthropic.pageModelsBy(2);
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL
                        + """
                        providers:
                          openai: { type: openai, base_url: "%s", api_keys: [{ key: "%s" }], models: ["gpt-*", "text-*"] }
                          anthropic: { type: anthropic, base_url: "%s", api_keys: [{ key: "%s" }] }
                          gemini: { type: gemini, base_url: "%s", api_keys: [{ key: "%s" }] }
                          cohere: { type: cohere, base_url: "%s", api_keys: [{ key: "%s" }] }
                          openrouter: { type: openrouter, base_url: "%s", api_keys: [{ key: "%s" }] }
                          azure:
                            type: azure_openai
                            base_url: "%s"
                            api_keys: [{ key: "%s" }]
                            deployments: { gpt-4o: mine }
                          local: { type: simulator, models: [echo, "lo*"] }
                        models:
                          smart:
                            targets:
                              - { provider: anthropic, model: claude-sonnet-4-5 }
                              - { provider: openai, model: gpt-4o }
                        model_info:
                          "cohere/command-a-03-2025": { input: 9, output: 10 }
                        auth:
                          pepper: "%s"
                          keys:
                            - { id: all, hash: "%s" }
                            - { id: few, hash: "%s", models: [smart, "anthropic/claude-*-5-5"] }
                        """.formatted(
                                        openai.baseUrl(),
                                        openai.key(),
                                        anthropic.baseUrl(),
                                        anthropic.key(),
                                        gemini.baseUrl(),
                                        gemini.key(),
                                        cohere.baseUrl(),
                                        cohere.key(),
                                        openrouter.baseUrl(),
                                        openrouter.key(),
                                        azure.origin(),
                                        azure.key(),
                                        PEPPER.reveal(),
                                        ALL.stanza().hash(),
                                        FEW.stanza().hash()),
                Map.of(),
                2);
        // Whoever starts Sluice does not make it ask anybody.
        assertThat(openrouter.requests()).isEmpty();
    }

    @AfterAll
    static void stop() {
        sluice.close();
        List.of(openai, anthropic, gemini, cohere, openrouter, azure).forEach(mock -> mock.close());
    }

    @Test
    void openAisClientReadsAllOfThem() {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(sluice.baseUrl())
                .apiKey(ALL.token().reveal())
                .build();

        List<Model> models = client.models().list().data();

        models.forEach(Model::validate);
        assertThat(models.stream().map(Model::id))
                .startsWith("smart")
                .contains(
                        "openai/gpt-6-luna",
                        "anthropic/claude-sonnet-4-5",
                        "anthropic/claude-sonnet-5",
                        "gemini/gemini-3.8-flash",
                        "cohere/rerank-v3.5",
                        "openrouter/openai/gpt-6-luna",
                        "azure/gpt-4o",
                        "local/echo",
                        "local/lorem")
                .doesNotHaveDuplicates()
                .noneMatch(id -> id.startsWith("azure/") && !id.equals("azure/gpt-4o"))
                .doesNotContain("local/fast", "openai/o3");
        assertThat(client.models().retrieve("cohere/rerank-v3.5").ownedBy()).isEqualTo("cohere");
        client.close();
    }

    @Test
    void knownFactsAreMembersBesideOpenAis() {
        Map<String, JsonObject> models = openAi(ALL);

        JsonObject routed = models.get("openrouter/openai/gpt-6-luna");
        assertThat(routed.fieldNames()).startsWith("id", "object", "created", "owned_by");
        // The table knows this model, so its limits count; who sells it for how much, too.
        assertThat(routed.getInteger("context_window")).isEqualTo(1_050_000);
        assertThat(routed.getJsonObject("prices").getDouble("output")).isEqualTo(0.5);
        assertThat(routed.getJsonArray("endpoints"))
                .contains("chat", "responses", "messages")
                .doesNotContain("images");
        // The table does not know this one: the provider's list does.
        JsonObject free = models.get("openrouter/mistralai/free:free");
        assertThat(free.getInteger("context_window")).isEqualTo(128_000);
        assertThat(free.getJsonObject("modalities").getJsonArray("input")).containsExactly("text", "image");
        assertThat(free.getJsonObject("prices").getDouble("input")).isZero();

        assertThat(models.get("cohere/command-a-03-2025")
                        .getJsonObject("prices")
                        .getDouble("input"))
                .isEqualTo(9);
        assertThat(surfaces(models, "cohere/command-a-03-2025"))
                .contains("chat", "messages")
                .doesNotContain("rerank");
        assertThat(surfaces(models, "cohere/rerank-v3.5")).containsExactly("rerank");
        assertThat(surfaces(models, "gemini/gemini-embedding-001")).containsExactly("embeddings");
        assertThat(surfaces(models, "anthropic/claude-opus-5"))
                .containsExactly("chat", "completions", "responses", "messages", "generate");
        // OpenAI's legacy path takes no model of today.
        assertThat(surfaces(models, "azure/gpt-4o")).contains("chat", "messages");
        assertThat(surfaces(models, "openai/gpt-6-luna")).containsExactly("chat", "responses", "messages", "generate");
    }

    @Test
    void aRouteHasTheFactsThatHoldForAllTargets() {
        JsonObject smart = openAi(ALL).get("smart");

        assertThat(smart.getString("owned_by")).isEqualTo("sluice");
        assertThat(smart.getInteger("context_window")).isEqualTo(128_000);
        assertThat(smart.getJsonArray("endpoints")).contains("chat", "responses", "messages");
        assertThat(smart.containsKey("prices")).isFalse();
    }

    @Test
    void anthropicsClientPagesThroughTheSameList() {
        AnthropicClient client = anthropicClient(ALL);
        ModelListPage first =
                client.models().list(ModelListParams.builder().limit(3).build());

        assertThat(first.data()).hasSize(3);
        assertThat(first.hasMore()).contains(true);
        assertThat(first.firstId()).contains(first.data().getFirst().id());
        assertThat(first.lastId()).contains(first.data().getLast().id());
        List<ModelInfo> all = new ArrayList<>();
        first.autoPager().forEach(all::add);
        all.forEach(ModelInfo::validate);
        assertThat(all.stream().map(ModelInfo::id))
                .containsExactlyElementsOf(openAi(ALL).keySet());

        ModelListPage back = client.models()
                .list(ModelListParams.builder()
                        .limit(2)
                        .beforeId(all.get(3).id())
                        .build());
        assertThat(back.data().stream().map(ModelInfo::id))
                .containsExactly(all.get(1).id(), all.get(2).id());
        assertThat(back.hasMore()).contains(true);
        client.close();
    }

    @Test
    void anthropicsClientReadsOneAndItsOwnErrors() {
        AnthropicClient client = anthropicClient(ALL);

        ModelInfo model =
                client.models().retrieve("anthropic/claude-sonnet-4-5").validate();
        assertThat(model.maxInputTokens()).contains(200_000L);
        assertThat(model.maxTokens()).contains(64_000L);
        assertThat(model.createdAt().getYear()).isEqualTo(2026);
        assertThat(client.models().retrieve("openai/gpt-unheard-of").maxTokens())
                .isEmpty();

        assertThat(catchThrowableOfType(
                        NotFoundException.class, () -> client.models().retrieve("nowhere/none")))
                .hasMessageContaining("model not found");
        assertThat(catchThrowableOfType(
                        BadRequestException.class,
                        () -> client.models()
                                .list(ModelListParams.builder().limit(1001).build())))
                .hasMessageContaining("limit is invalid (expected: 1 to 1000)");
        assertThat(catchThrowableOfType(
                        BadRequestException.class,
                        () -> client.models()
                                .list(ModelListParams.builder()
                                        .afterId("nowhere/none")
                                        .build())))
                .hasMessageContaining("after_id");
        assertThat(new JsonObject(get("/models?limit=x", ALL, true)).getString("type"))
                .isEqualTo("error");
        client.close();
    }

    @Test
    void aKeySeesOnlyModelsThatItMayUse() {
        assertThat(openAi(FEW).keySet())
                .containsExactly(
                        "smart",
                        "anthropic/claude-haiku-5-5",
                        "anthropic/claude-opus-5-5",
                        "anthropic/claude-sonnet-5-5");
        AnthropicClient client = anthropicClient(FEW);
        assertThat(client.models().list().data()).hasSize(4);
        assertThat(catchThrowableOfType(
                        NotFoundException.class, () -> client.models().retrieve("anthropic/claude-opus-5")))
                .isNotNull();
        client.close();
    }

    @Test
    void listsAreFetchedOnceWhileTheyAreFresh() {
        for (int i = 0; i < 20; i++) {
            assertThat(openAi(ALL)).isNotEmpty();
        }

        assertThat(openrouter.requests()).hasSize(1);
        assertThat(cohere.requests()).hasSize(1);
        // Two on the first page, whose size Anthropic chose, then the rest on one.
        assertThat(anthropic.requests()).hasSize(2);
        assertThat(anthropic.last().query()).isEqualTo("limit=1000&after_id=" + "claude-fable-5-2");
        assertThat(azure.requests()).isEmpty();
    }

    private static AnthropicClient anthropicClient(GeneratedKey key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + sluice.port())
                .apiKey(key.token().reveal())
                .maxRetries(0)
                .build();
    }

    private static List<Object> surfaces(Map<String, JsonObject> models, String id) {
        JsonArray surfaces = models.get(id).getJsonArray("endpoints");
        return surfaces.stream().toList();
    }

    private static Map<String, JsonObject> openAi(GeneratedKey key) {
        JsonObject list = new JsonObject(get("/models", key, false));
        assertThat(list.getString("object")).isEqualTo("list");
        Map<String, JsonObject> models = new LinkedHashMap<>();
        for (Object model : list.getJsonArray("data")) {
            models.put(((JsonObject) model).getString("id"), (JsonObject) model);
        }
        return models;
    }

    private static String get(String path, GeneratedKey key, boolean toAnthropic) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(sluice.baseUrl() + path))
                .header("authorization", "Bearer " + key.token().reveal());
        if (toAnthropic) {
            request.header("anthropic-version", "2023-06-01");
        }
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString()).join().body();
    }
}
