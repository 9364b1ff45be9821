package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.config.Configs;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.openai.RealtimeUsage;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.UpstreamModel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What providers bill at prices of its own costs what their price lists say: each figure is that of a public report of
 * a gateway that counted another, in billionths of a US dollar.
 */
class UsageOfReportsIsPricedTest {

    private static final String CHAT_CACHE_WRITES = """
        {"prompt_tokens":100000,"completion_tokens":100,"total_tokens":100100,
         "prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":99000}}\
        """;

    private final Protocol chat = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);
    private final Protocol responses = (Protocol) Protocols.of(Surface.RESPONSES);
    private final Protocol messages = (Protocol) Protocols.of(Surface.MESSAGES);

    /** experientiallabs/experiential#918. */
    @Test
    void cacheWritesOfChatAreBilledAtTheirPrice() {
        String body = chatResponse(CHAT_CACHE_WRITES, null);

        assertThat(cost("openai", "gpt-6.1-terra", passed(chat, body))).hasValue(125_250_000);
        assertThat(cost("openai", "gpt-6.1-terra", streamed(chatStream(CHAT_CACHE_WRITES, null))))
                .hasValue(125_250_000);
        assertThat(cost("openrouter", "openai/gpt-6.1-terra", passed(chat, body)))
                .hasValue(125_250_000);
        requireSameTranslated("openai-chat", body, passed(chat, body));
    }

    @Test
    void cacheWritesOfResponsesAreBilledAtTheirPrice() {
        String body = response("default", "[]", """
            {"input_tokens":100000,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":99000},
             "output_tokens":100,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":100100}\
            """);

        assertThat(cost("openai", "gpt-6.1-terra", passed(responses, body))).hasValue(125_250_000);
        requireSameTranslated("openai-responses", body, passed(responses, body));
    }

    /** BerriAI/litellm#31724. */
    @ParameterizedTest
    @CsvSource({"0, 100000, 600180000", "40000, 60000, 510180000", "100000, 0, 375180000"})
    void cacheWritesOfAnHourCostMoreThanThoseOfFiveMinutes(long fiveMinutes, long hour, long nanoUsd) {
        String usage = """
            {"input_tokens":10,"cache_creation_input_tokens":100000,"cache_read_input_tokens":0,
             "cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":%d},
             "output_tokens":10}\
            """.formatted(fiveMinutes, hour);
        String stream = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"usage":%s}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"cache_creation_input_tokens":100000,"output_tokens":10}}

            event: message_stop
            data: {"type":"message_stop"}

            """.formatted(usage.replace("\n", ""));

        assertThat(cost("anthropic", "claude-sonnet-4-5", passed(messages, message(usage))))
                .hasValue(nanoUsd);
        assertThat(cost(
                        "anthropic",
                        "claude-sonnet-4-5",
                        Replay.of(messages.reader(null, Quirks.NONE), stream.getBytes(StandardCharsets.UTF_8))
                                .usage()))
                .hasValue(nanoUsd);
        requireSameTranslated("anthropic-messages", message(usage), passed(messages, message(usage)));
    }

    /** BerriAI/litellm#13810. The tier of the response counts, not the requested one. */
    @ParameterizedTest
    @CsvSource({"priority, 210000000", "flex, 52500000", "default, 105000000", "auto, 105000000", "turbo, -1"})
    void theServiceTierSetsThePrice(String tier, long nanoUsd) {
        String chatUsage = "{\"prompt_tokens\":100000,\"completion_tokens\":1000}";
        String body = chatResponse(chatUsage, tier);
        String ofResponses = response(tier, "[]", "{\"input_tokens\":100000,\"output_tokens\":1000}");

        assertCost("openai", "gpt-6.1-terra", passed(chat, body), nanoUsd);
        assertCost("openai", "gpt-6.1-terra", streamed(chatStream(chatUsage, tier)), nanoUsd);
        assertCost("openai", "gpt-6.1-terra", passed(responses, ofResponses), nanoUsd);
        requireSameTranslated("openai-chat", body, passed(chat, body));
        requireSameTranslated("openai-responses", ofResponses, passed(responses, ofResponses));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 525000000",
        "'\"service_tier\":\"standard\",\"speed\":\"standard\",\"inference_geo\":\"global\",', 525000000",
        "'\"speed\":\"fast\",', 1050000000",
        "'\"inference_geo\":\"us\",', 577500000",
        "'\"service_tier\":\"batch\",', 262500000",
        "'\"service_tier\":\"priority\",', -1",
        "'\"server_tool_use\":{\"web_search_requests\":10,\"web_fetch_requests\":7},', 625000000",
        "'\"speed\":\"fast\",\"inference_geo\":\"us\",\"server_tool_use\":{\"web_search_requests\":10},', 1255000000",
        "'\"iterations\":[{\"type\":\"compaction\",\"input_tokens\":200000,\"output_tokens\":2000},"
                + "{\"type\":\"message\",\"input_tokens\":100000,\"output_tokens\":1000}],', 1575000000",
    })
    void anthropicsSpeedsRegionsAndSearchesArePriced(String members, long nanoUsd) {
        String body = message("{" + members + "\"input_tokens\":100000,\"output_tokens\":1000}");

        assertCost("anthropic", "claude-opus-5", passed(messages, body), nanoUsd);
        requireSameTranslated("anthropic-messages", body, passed(messages, body));
    }

    @Test
    void searchesOfResponsesAreBilledByCall() {
        String output = """
            [{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"a"}},
             {"type":"web_search_call","id":"ws_2","status":"completed","action":{"type":"open_page","url":"b"}},
             {"type":"web_search_call","id":"ws_3","status":"completed","action":{"query":"c","type":"search"}},
             {"type":"file_search_call","id":"fs_1","status":"completed","queries":["d"]}]\
            """;
        String body = response("default", output, "{\"input_tokens\":100000,\"output_tokens\":1000}");

        assertThat(cost("openai", "gpt-6.1-terra", passed(responses, body))).hasValue(105_000_000 + 22_500_000);
        assertThat(cost("azure_openai", "gpt-6.1-terra", passed(responses, body)))
                .as("another price that is not known")
                .isEmpty();
        requireSameTranslated("openai-responses", body, passed(responses, body));
    }

    /** Five minutes of 1 GB for each container, as OpenAI's changelog of 2026-06-02 has it. */
    @Test
    void containersOfCodeInterpretersAreBilledOnce() {
        String output = """
            [{"type":"code_interpreter_call","id":"ci_1","status":"completed","container_id":"cntr_1","code":"1","outputs":null},
             {"type":"code_interpreter_call","id":"ci_2","status":"completed","container_id":"cntr_1","code":"2","outputs":null},
             {"type":"code_interpreter_call","id":"ci_3","status":"completed","container_id":"cntr_2","code":"3","outputs":null}]\
            """;
        String body = response("default", output, "{\"input_tokens\":100000,\"output_tokens\":1000}");

        assertThat(cost("openai", "gpt-6.1-terra", passed(responses, body))).hasValue(105_000_000 + 15_000_000);
        requireSameTranslated("openai-responses", body, passed(responses, body));
    }

    /** OpenAI's data residency and Azure's data zones cost 10 % more, in tokens alone; an own price counts as it is. */
    @Test
    void aProvidersFactorMultipliesThePricesOfTokens() {
        SluiceConfig config = Configs.config("""
            providers:
              eu: { type: openai, base_url: "https://eu.api.openai.com/v1", price_factor: 1.1, api_keys: [{ key: k }] }
              us: { type: openai, api_keys: [{ key: k }] }
            model_info: { "eu/own": { input: 1, output: 5 } }
            """);
        String output = "[{\"type\":\"file_search_call\",\"id\":\"fs_1\",\"status\":\"completed\",\"queries\":[]}]";
        Usage plain = passed(responses, response("default", "[]", "{\"input_tokens\":100000,\"output_tokens\":1000}"));
        Usage searched =
                passed(responses, response("priority", output, "{\"input_tokens\":100000,\"output_tokens\":1000}"));

        assertThat(config.catalog()
                        .facts("eu", "openai", "gpt-6.1-terra")
                        .prices()
                        .cost(plain))
                .hasValue(115_500_000);
        assertThat(config.catalog()
                        .facts("us", "openai", "gpt-6.1-terra")
                        .prices()
                        .cost(plain))
                .hasValue(105_000_000);
        assertThat(config.catalog().facts("eu", "openai", "own").prices().cost(plain))
                .hasValue(105_000_000);
        assertThat(config.catalog()
                        .facts("eu", "openai", "gpt-6.1-terra")
                        .prices()
                        .cost(searched))
                .hasValue(2 * 115_500_000 + 2_500_000);
    }

    /** A gateway that billed audio as text. */
    @Test
    void audioIsNeverBilledAsText() {
        String gemini = """
            {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],
             "usageMetadata":{"promptTokenCount":100000,"candidatesTokenCount":10,"promptTokensDetails":[
               {"modality":"TEXT","tokenCount":100},{"modality":"AUDIO","tokenCount":99900}]}}\
            """;
        String chatAudio = chatResponse("""
            {"prompt_tokens":1100,"completion_tokens":500,"prompt_tokens_details":{"audio_tokens":1000},
             "completion_tokens_details":{"audio_tokens":400}}\
            """, null);
        Usage usage = translated("gemini", gemini);

        assertThat(cost("gemini", "gemini-2.5-flash", usage)).hasValue(100 * 300 + 99_900 * 1000 + 10 * 2500);
        assertThat(cost("openai", "gpt-audio", passed(chat, chatAudio)))
                .hasValue(100 * 2500 + 1000 * 32_000 + 100 * 10_000 + 400 * 64_000);
        assertThat(cost("openai", "gpt-4o", passed(chat, chatAudio)))
                .as("no price of audio is known")
                .isEmpty();
        requireSameTranslated("openai-chat", chatAudio, passed(chat, chatAudio));
    }

    @Test
    void cachedAudioAndDrawnImagesHavePricesOfTheirOwn() {
        Usage session = RealtimeUsage.of("""
            {"type":"response.done","response":{"usage":{"input_tokens":1000,"output_tokens":300,
             "input_token_details":{"text_tokens":200,"audio_tokens":800,"cached_tokens":600,
               "cached_tokens_details":{"text_tokens":100,"audio_tokens":500}},
             "output_token_details":{"text_tokens":100,"audio_tokens":200}}}}\
            """);
        Usage drawn = translated("gemini", """
            {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],
             "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1300,"candidatesTokensDetails":[
               {"modality":"IMAGE","tokenCount":1290}]}}\
            """);

        assertThat(cost("openai", "gpt-realtime", session))
                .hasValue(100 * 4000 + 300 * 32_000 + 100 * 400 + 500 * 400 + 100 * 16_000 + 200 * 64_000);
        assertThat(cost("gemini", "gemini-2.5-flash-image", drawn)).hasValue(10 * 300 + 1290 * 30_000 + 10 * 2500);
        assertThat(cost("gemini", "gemini-2.5-flash", drawn)).isEmpty();
    }

    private static void assertCost(String type, String model, Usage usage, long nanoUsd) {
        OptionalLong expected = nanoUsd < 0 ? OptionalLong.empty() : OptionalLong.of(nanoUsd);
        assertThat(cost(type, model, usage)).isEqualTo(expected);
    }

    private static OptionalLong cost(String type, String model, Usage usage) {
        return ModelCatalog.builtIn().facts("p", type, model).prices().cost(usage);
    }

    private static Usage passed(Protocol protocol, String body) {
        return protocol.usage(ByteSlice.of(body), Quirks.NONE);
    }

    private Usage streamed(String stream) {
        return Replay.of(
                        new dev.sluice.protocol.openai.ChatPassThroughReader(false, false),
                        stream.getBytes(StandardCharsets.UTF_8))
                .usage();
    }

    private static Usage translated(String format, String body) {
        UpstreamModel target =
                new UpstreamModel("p", UpstreamModels.variant("openai"), "m", null, Quirks.NONE, ModelFacts.UNKNOWN);
        return Protocols.named(format).decode(ByteSlice.of(body), target).usage();
    }

    private static void requireSameTranslated(String format, String body, Usage passed) {
        assertThat(translated(format, body)).isEqualTo(passed);
    }

    private static String chatResponse(String usage, String tier) {
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\"," + tier(tier)
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},"
                + "\"finish_reason\":\"stop\"}],\"usage\":" + usage + "}";
    }

    private static String chatStream(String usage, String tier) {
        return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},"
                + "\"finish_reason\":\"stop\"}]}\n\ndata: {\"id\":\"c\",\"choices\":[],\"usage\":"
                + usage.replace("\n", "") + "," + tier(tier)
                + "\"object\":\"chat.completion.chunk\"}\n\ndata: [DONE]\n\n";
    }

    private static String tier(String tier) {
        return tier == null ? "" : "\"service_tier\":\"" + tier + "\",";
    }

    private static String response(String tier, String output, String usage) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"status\":\"completed\",\"model\":\"m\","
                + "\"output\":" + output + ",\"service_tier\":\"" + tier + "\",\"usage\":" + usage + "}";
    }

    private static String message(String usage) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                + "\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"stop_reason\":\"end_turn\",\"usage\":" + usage
                + "}";
    }
}
