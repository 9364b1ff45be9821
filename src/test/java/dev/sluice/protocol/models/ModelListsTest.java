package dev.sluice.protocol.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.catalog.ModelPrices.Tier;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Model lists in the shape of every provider; anything else is refused. */
class ModelListsTest {

    @Test
    void openAiListsIdsAndDatesOnly() {
        ModelLists.Page page = read("""
            {"object":"list","data":[
              {"id":"gpt-6-luna","object":"model","created":1760000000,"owned_by":"openai","shutdown_date":null},
              {"id":"odd name","object":"model"}, {"object":"model"}, 7]}\
            """);

        assertThat(page.models())
                .containsExactly(new ListedModel("gpt-6-luna", null, 1760000000, false, ModelFacts.UNKNOWN, null));
        assertThat(page.next()).isNull();
    }

    @Test
    void openRouterListsPricesPerTokenAsStrings() {
        ListedModel model = only("""
            {"data":[{"id":"openai/gpt-6-luna","canonical_slug":"x","name":"GPT-6 Luna","created":5,"context_length":400000,
              "architecture":{"input_modalities":["text","image","file"],"output_modalities":["text"]},
              "pricing":{"prompt":"0.0000001","completion":"0.0000005","input_cache_read":"0.00000001","request":"0",
                "overrides":[{"min_prompt_tokens":272000,"prompt":"0.0000002"}]},
              "top_provider":{"context_length":400000,"max_completion_tokens":128000}}]}\
            """);

        assertThat(model.name()).isEqualTo("GPT-6 Luna");
        assertThat(model.facts())
                .isEqualTo(new ModelFacts(
                        400_000,
                        128_000,
                        Set.of(),
                        Set.of(Modality.TEXT, Modality.IMAGE, Modality.DOCUMENT),
                        Set.of(Modality.TEXT),
                        new ModelPrices(
                                new Rates(100_000, 500_000, 10_000, ModelPrices.NONE),
                                List.of(new Tier(271_999, new Rates(200_000, 500_000, 10_000, ModelPrices.NONE))))));
    }

    @Test
    void variablePricesAreUnknownNotZero() {
        assertThat(only("""
            {"data":[{"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}}]}\
            """).facts().prices()).isEqualTo(ModelPrices.UNKNOWN);
        assertThat(only("""
            {"data":[{"id":"a:free","pricing":{"prompt":"0","completion":"0"}}]}\
            """).facts().prices().base()).isEqualTo(new Rates(0, 0, ModelPrices.NONE, ModelPrices.NONE));
    }

    @Test
    void anthropicListsLimitsAndPagesByCursor() {
        ModelLists.Page page = read("""
            {"data":[{"type":"model","id":"claude-opus-5-5","display_name":"Claude Opus 5.5",
              "created_at":"2026-01-01T00:00:00Z","max_input_tokens":1000000,"max_tokens":128000,"lifecycle":"deprecated"},{"id":"claude-2","lifecycle":"retired"}],
             "has_more":true,"first_id":"claude-opus-5-5","last_id":"claude-opus-5-5"}\
            """);

        assertThat(page.models())
                .containsExactly(new ListedModel(
                        "claude-opus-5-5",
                        "Claude Opus 5.5",
                        1767225600,
                        true,
                        new ModelFacts(1_000_000, 128_000, Set.of()),
                        null));
        assertThat(page.next()).isEqualTo(new ModelLists.Next("limit", "after_id", "claude-opus-5-5"));
    }

    @Test
    void cohereListsTheEndpointsOfEachModel() {
        ModelLists.Page page = read("""
            {"models":[{"name":"command-a-03-2025","endpoints":["chat","generate"],"context_length":256000},
              {"name":"rerank-v3.5","endpoints":["rerank"]}],"next_page_token":"a b"}\
            """);

        assertThat(page.models()).extracting(ListedModel::id).containsExactly("command-a-03-2025", "rerank-v3.5");
        assertThat(page.models().get(0).surfaces()).contains(Surface.CHAT_COMPLETIONS, Surface.MESSAGES);
        assertThat(page.models().get(0).facts().contextTokens()).isEqualTo(256_000);
        assertThat(page.models().get(1).surfaces()).containsExactly(Surface.RERANK);
        assertThat(page.next()).isEqualTo(new ModelLists.Next("page_size", "page_token", "a b"));
    }

    @Test
    void geminisNamesAreWithoutTheirPath() {
        ModelLists.Page page = read("""
            {"models":[{"name":"models/gemini-3.8-flash","displayName":"Gemini 3.8 Flash","inputTokenLimit":1048576,
              "outputTokenLimit":65536,"supportedGenerationMethods":["generateContent","countTokens"]},
              {"name":"models/gemini-embedding-001","supportedGenerationMethods":["embedContent"]}],"nextPageToken":"t"}\
            """);

        assertThat(page.models())
                .extracting(ListedModel::id, ListedModel::name)
                .containsExactly(tuple("gemini-3.8-flash", "Gemini 3.8 Flash"), tuple("gemini-embedding-001", null));
        assertThat(page.models().get(0).facts().maxOutputTokens()).isEqualTo(65_536);
        assertThat(page.models().get(1).surfaces()).containsExactly(Surface.EMBEDDINGS);
        assertThat(page.next()).isEqualTo(new ModelLists.Next("pageSize", "pageToken", "t"));
        // On the OpenAI-compatible surface too; elsewhere a name may begin with this prefix.
        assertThat(only("{\"data\":[{\"id\":\"models/gemini-2.5-pro\",\"owned_by\":\"google\"}]}")
                        .id())
                .isEqualTo("gemini-2.5-pro");
        assertThat(only("{\"data\":[{\"id\":\"models/llama\",\"owned_by\":\"vllm\"}]}")
                        .id())
                .isEqualTo("models/llama");
    }

    @Test
    void membersOfMistralGroqAndVllmAreRead() {
        ListedModel large = only("""
            {"data":[{"id":"mistral-large-4","capabilities":{"completion_chat":true,"vision":true},
              "max_context_length":262144}]}\
            """);
        assertThat(large.facts().contextTokens()).isEqualTo(262_144);
        assertThat(large.facts().inputs()).containsExactlyInAnyOrder(Modality.TEXT, Modality.IMAGE);
        assertThat(large.surfaces()).contains(Surface.CHAT_COMPLETIONS);
        assertThat(only("{\"data\":[{\"id\":\"mistral-embed\",\"capabilities\":{\"completion_chat\":false}}]}")
                        .surfaces())
                .containsExactly(Surface.EMBEDDINGS);
        assertThat(only("{\"data\":[{\"id\":\"mistral-ocr\",\"capabilities\":{\"completion_chat\":false}}]}")
                        .surfaces())
                .isEmpty();
        assertThat(only("""
            {"data":[{"id":"llama","context_window":131072,"max_completion_tokens":32768,"active":true},
              {"id":"old","active":false}]}\
            """).facts()).isEqualTo(new ModelFacts(131_072, 32_768, Set.of()));
        assertThat(only("{\"data\":[{\"id\":\"qwen\",\"max_model_len\":4096}]}")
                        .facts()
                        .contextTokens())
                .isEqualTo(4096);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "7", "{\"data\":{}}", "{\"error\":{\"message\":\"no\"}}", "<html>", "{\"data\":null}"})
    void bodiesThatAreNoListAreRefused(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("not a model list");
    }

    @Property
    void unusualValuesAreDecodedOrRefused(@ForAll @Size(max = 6) List<@From("values") String> values) {
        String[] names = {"id", "pricing", "architecture", "created_at", "endpoints", "capabilities"};
        StringBuilder item = new StringBuilder("{\"name\":\"x\"");
        for (int i = 0; i < values.size(); i++) {
            item.append(",\"").append(names[i]).append("\":").append(values.get(i));
        }
        assertThat(read("{\"data\":[" + item + "}],\"has_more\":true}").models())
                .hasSizeLessThanOrEqualTo(1);
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.of(
                "null",
                "1e400",
                "-1",
                "\"\"",
                "\"a/b\"",
                "[]",
                "[[]]",
                "{}",
                "true",
                "{\"prompt\":\"1e999999\",\"completion\":\"1e-999999\"}",
                "{\"prompt\":\"NaN\",\"overrides\":[7,{\"min_prompt_tokens\":\"x\"}]}",
                "{\"input_modalities\":[null,1],\"output_modalities\":\"text\"}",
                "{\"completion_chat\":\"yes\"}");
    }

    private static ModelLists.Page read(String body) {
        return ModelLists.read(ByteSlice.of(body));
    }

    private static ListedModel only(String body) {
        List<ListedModel> models = read(body).models();
        assertThat(models).hasSize(1);
        return models.getFirst();
    }
}
