package dev.sluice.protocol.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.ChatRequestBuilder;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CohereRequestEncoderTest {

    private static final UpstreamModel COMMAND = UpstreamModels.of("command-a-03-2025");

    private final DroppedParameters dropped = new DroppedParameters();

    @Test
    void aConversationWithToolsKeepsItsShape() {
        ChatRequestBuilder asked = new ChatRequestBuilder()
                .message(Role.DEVELOPER, ContentPart.Text.of("Be brief."))
                .message(
                        Role.USER,
                        ContentPart.Text.of("This?"),
                        new ContentPart.Image(ContentPart.Source.ofUrl("data:image/png;base64,AA=="), "low", null))
                .message(
                        Role.ASSISTANT,
                        new ContentPart.Reasoning("I look.", null),
                        ContentPart.ToolCall.of("a", "look", "{\"x\":1}"),
                        ContentPart.ToolCall.of("b", "look", "{}"))
                .message(
                        Role.TOOL,
                        new ContentPart.ToolResult("a", List.of(ContentPart.Text.of("a cat")), false, null),
                        new ContentPart.ToolResult(
                                "b",
                                List.of(ContentPart.Text.of("{\"n\":2}"), ContentPart.Text.of("two")),
                                true,
                                null));

        String written = written(asked, COMMAND);

        assertThat(written)
                .isEqualTo("{\"model\":\"command-a-03-2025\",\"messages\":[{\"role\":\"system\",\"content\":\"Be"
                               + " brief.\"},"
                               + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"This?\"},{\"type\":\"image_url\","
                               + "\"image_url\":{\"url\":\"data:image/png;base64,AA==\",\"detail\":\"low\"}}]},{\"role\":\"assistant\",\"tool_plan\":\"I"
                               + " look.\",\"tool_calls\":["
                               + "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"x\\\":1}\"}},"
                               + "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"a"
                               + " cat\"},{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":["
                               + "{\"type\":\"document\",\"document\":{\"data\":{\"n\":2}}},"
                               + "{\"type\":\"document\",\"document\":{\"data\":{\"text\":\"two\"}}}]}],\"stream\":true}");
        assertThat(dropped.list()).containsExactly("messages.tool_result.is_error");
    }

    @Test
    void reasoningIsSentBackAsContent() {
        ChatRequestBuilder asked = ChatRequestBuilder.ofUser("?")
                .message(Role.ASSISTANT, new ContentPart.Reasoning("Hm.", null), ContentPart.Text.of("Yes."))
                .message(Role.USER, ContentPart.Text.of("Sure?"));

        assertThat(written(asked, UpstreamModels.of("command-a-reasoning-08-2025", Trait.REASONING)))
                .contains("[{\"type\":\"thinking\",\"thinking\":\"Hm.\"},{\"type\":\"text\",\"text\":\"Yes.\"}]");
        assertThat(dropped.list()).isEmpty();
        assertThat(written(asked, COMMAND)).doesNotContain("Hm.");
        assertThat(dropped.list()).containsExactly("messages.reasoning");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temperature|1.5|\"temperature\":1|temperature=1",
                "top_p|1|\"p\":0.99|top_p=0.99",
                "top_k|40|\"k\":40|",
                "max_tokens|7|\"max_tokens\":7|",
                "stop|\"END\"|\"stop_sequences\":[\"END\"]|",
                "seed|5|\"seed\":5|",
                "logprobs|true|\"logprobs\":true|",
                "top_logprobs|3|\"stream\":true|top_logprobs",
                "n|1|\"stream\":true|",
                "user|\"u\"|\"stream\":true|user",
                "parallel_tool_calls|true|\"stream\":true|",
                "parallel_tool_calls|false|\"stream\":true|parallel_tool_calls",
                "presence_penalty|0.5|\"presence_penalty\":0.5|",
                "safety_mode|\"OFF\"|\"safety_mode\":\"OFF\"|",
                "citation_options|{\"mode\":\"FAST\"}|\"citation_options\":{\"mode\":\"FAST\"}|"
            })
    void parametersHaveCoheresNamesAndRanges(String name, String value, String written, String expectedDropped) {
        assertThat(written(ChatRequestBuilder.ofUser("?").param(name, value), COMMAND))
                .contains(written);
        assertThat(dropped.list()).isEqualTo(expectedDropped == null ? List.of() : List.of(expectedDropped));
    }

    @Test
    void ofTwoPenaltiesOneIsSent() {
        ChatRequestBuilder both =
                ChatRequestBuilder.ofUser("?").param("frequency_penalty", "0.5").param("presence_penalty", "0.5");

        assertThat(written(both, COMMAND)).contains("frequency_penalty").doesNotContain("presence_penalty");
        assertThat(dropped.list()).containsExactly("presence_penalty");
    }

    @Test
    void aNamedToolIsTheOnlyOne() {
        ChatRequestBuilder asked =
                ChatRequestBuilder.ofUser("?").tool("a").tool("b").choice(ToolChoice.named("b"));

        assertThat(written(asked, COMMAND))
                .contains("\"tool_choice\":\"REQUIRED\"", "\"name\":\"b\"")
                .doesNotContain("\"name\":\"a\"");
        assertThat(dropped.list()).isEmpty();
    }

    @Test
    void unsupportedPartsAreRefusedByName() {
        assertUnsupported(ChatRequestBuilder.ofUser("?").param("n", "2"), "n");
        assertUnsupported(
                ChatRequestBuilder.ofUser("?").param("stop", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]"), "stop");
        assertUnsupported(
                ChatRequestBuilder.ofUser("?").hosted("web_search", "{}").choice(ToolChoice.REQUIRED), "tool_choice");
        assertUnsupported(
                new ChatRequestBuilder()
                        .message(
                                Role.USER,
                                new ContentPart.Audio(new ContentPart.Source(null, "AA==", null, null), "wav")),
                "messages.input_audio");
    }

    @Test
    void aSchemaIsSentUnderJsonObject() {
        ResponseFormat format = new ResponseFormat(
                ResponseFormat.Kind.JSON_SCHEMA, "n", null, Json.readOrNull("{\"type\":\"object\"}"), true);

        assertThat(written(ChatRequestBuilder.ofUser("?").format(format), COMMAND))
                .contains("\"response_format\":{\"type\":\"json_object\",\"json_schema\":{\"type\":\"object\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none|-1|{\"type\":\"disabled\"}|",
                "high|-1|{\"type\":\"enabled\"}|",
                "low|-1|{\"type\":\"enabled\"}|reasoning_effort=high",
                "|2000|{\"type\":\"enabled\",\"token_budget\":2000}|"
            })
    void thinkingIsOnOrOffWithABudget(String effort, long budget, String thinking, String expectedDropped) {
        assertThat(written(ChatRequestBuilder.ofUser("?").reasoning(effort, budget), COMMAND))
                .contains("\"thinking\":" + thinking);
        assertThat(dropped.list()).isEqualTo(expectedDropped == null ? List.of() : List.of(expectedDropped));
    }

    private void assertUnsupported(ChatRequestBuilder asked, String param) {
        assertThatThrownBy(() -> written(asked, COMMAND)).isInstanceOfSatisfying(GatewayException.class, refused -> {
            assertThat(refused.error().kind()).hasToString("UNSUPPORTED");
            assertThat(refused.error().param()).isEqualTo(param);
            assertThat(refused.error().message()).contains(param);
        });
    }

    private String written(ChatRequestBuilder asked, UpstreamModel model) {
        return new CohereProtocol().encode(asked.request(), model, dropped).toText();
    }
}
