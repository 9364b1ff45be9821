package dev.sluice.protocol.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.ChatRequestBuilder;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerplexityRequestEncoderTest {

    private final DroppedParameters dropped = new DroppedParameters();

    @Test
    void aConversationBecomesInstructionsAndItems() {
        ChatRequestBuilder asked = new ChatRequestBuilder()
                .message(Role.SYSTEM, ContentPart.Text.of("Be brief."))
                .message(
                        Role.USER,
                        ContentPart.Text.of("This?"),
                        new ContentPart.Image(ContentPart.Source.ofUrl("https://ex.org/i.png"), "low", null))
                .message(Role.ASSISTANT, ContentPart.Text.of("I look."), ContentPart.ToolCall.of("a", "look", "{}"))
                .message(Role.TOOL, new ContentPart.ToolResult("a", List.of(ContentPart.Text.of("a cat")), false, null))
                .message(Role.USER, ContentPart.Text.of("So?"))
                .tool("look")
                .choice(ToolChoice.named("look"));

        assertThat(written(asked, "openai/gpt-5.5"))
                .isEqualTo("{\"model\":\"openai/gpt-5.5\",\"instructions\":\"Be brief.\",\"input\":["
                               + "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"This?\"},"
                               + "{\"type\":\"input_image\",\"image_url\":\"https://ex.org/i.png\"}]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"I"
                               + " look.\"},"
                               + "{\"type\":\"function_call\",\"call_id\":\"a\",\"name\":\"look\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":\"a\",\"output\":\"a"
                               + " cat\"},"
                               + "{\"type\":\"message\",\"role\":\"user\",\"content\":\"So?\"}],\"stream\":true,"
                               + "\"tools\":[{\"type\":\"function\",\"name\":\"look\",\"parameters\":{\"type\":\"object\"}}],"
                               + "\"tool_choice\":{\"type\":\"function\",\"name\":\"look\"}}");
        assertThat(dropped.list()).containsExactly("messages.image_url.detail");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "perplexity/sonar|{\"model\":\"perplexity/sonar\",\"input\"",
                "preset:low|{\"preset\":\"low\",\"input\"",
                "sonar-pro|{\"preset\":\"low\",\"input\"",
                "sonar-deep-research|{\"preset\":\"medium\",\"input\"",
                "sonar|\"tools\":[{\"type\":\"web_search\"}]",
                "anthropic/claude-opus-5-5|\"max_output_tokens\":8192"
            })
    void modelsPresetsAndRetiredModelsAreMapped(String model, String written) {
        assertThat(written(ChatRequestBuilder.ofUser("?"), model)).contains(written);
        assertThat(dropped.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_tokens|3|\"max_output_tokens\":16|max_tokens=16",
                "temperature|3|\"temperature\":2|temperature=2",
                "stop|\"END\"|\"stream\":true|stop",
                "top_k|3|\"stream\":true|top_k",
                "seed|3|\"stream\":true|seed",
                "store|false|\"store\":false|",
                "max_steps|3|\"max_steps\":3|",
                "search_domain_filter|[\"ex.org\"]"
                        + "|\"tools\":[{\"type\":\"web_search\",\"filters\":{\"search_domain_filter\":[\"ex.org\"]}}]|",
                "num_search_results|5|\"tools\":[{\"type\":\"web_search\",\"max_results\":5}]|",
                "web_search_options|{\"search_context_size\":\"low\",\"user_location\":{\"type\":\"approximate\","
                    + "\"approximate\":{\"country\":\"FR\",\"timezone\":\"Europe/Paris\"}}}"
                    + "|{\"type\":\"web_search\",\"search_context_size\":\"low\",\"user_location\":{\"country\":\"FR\"}}"
                    + "|web_search_options.user_location.timezone"
            })
    void onlyKnownParametersAreSent(String name, String value, String written, String expectedDropped) {
        assertThat(written(ChatRequestBuilder.ofUser("?").param(name, value), "openai/gpt-5.5"))
                .contains(written);
        assertThat(dropped.list()).isEqualTo(expectedDropped == null ? List.of() : List.of(expectedDropped));
    }

    @Test
    void searchToolsOfAllClientsBecomeWebSearch() {
        ChatRequestBuilder asked = ChatRequestBuilder.ofUser("?")
                .hosted(
                        "web_search_20250305",
                        "{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":2,"
                                + "\"allowed_domains\":[\"a.org\"],\"blocked_domains\":[\"b.org\"]}")
                .hosted("code_interpreter", "{\"type\":\"code_interpreter\"}")
                .hosted("fetch_url", "{\"type\":\"fetch_url\"}");

        assertThat(written(asked, "perplexity/sonar"))
                .contains(
                        "\"tools\":[{\"type\":\"web_search\",\"filters\":{\"search_domain_filter\":[\"a.org\",\"-b.org\"]}},"
                            + "{\"type\":\"fetch_url\"}]");
        assertThat(dropped.list()).containsExactly("tools.web_search_20250305.max_uses", "tools.code_interpreter");
    }

    @Test
    void jsonObjectBecomesASchemaOfAnyObject() {
        assertThat(written(ChatRequestBuilder.ofUser("?").format(ResponseFormat.JSON_OBJECT), "perplexity/sonar"))
                .contains("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                        + "{\"name\":\"answer\",\"schema\":{\"type\":\"object\"}}}");
        assertThat(dropped.list()).containsExactly("response_format=json_schema");
    }

    @ParameterizedTest
    @CsvSource({"low, low,", "minimal, low, reasoning_effort=low", "max, high, reasoning_effort=high"})
    void effortIsMappedToThreeLevels(String asked, String effort, String expectedDropped) {
        assertThat(written(ChatRequestBuilder.ofUser("?").reasoning(asked, -1), "perplexity/sonar"))
                .contains("\"reasoning\":{\"effort\":\"" + effort + "\"}");
        assertThat(dropped.list()).isEqualTo(expectedDropped == null ? List.of() : List.of(expectedDropped));
    }

    @Test
    void unsupportedPartsAreRefusedByName() {
        assertUnsupported(ChatRequestBuilder.ofUser("?").param("n", "2"), "n");
        assertUnsupported(ChatRequestBuilder.ofUser("?").hosted("x", "{}").choice(ToolChoice.REQUIRED), "tool_choice");
        assertUnsupported(
                new ChatRequestBuilder()
                        .message(
                                Role.USER,
                                new ContentPart.Document(
                                        new ContentPart.Source(null, "AA==", null, null), "a.pdf", null)),
                "messages.file");
    }

    private void assertUnsupported(ChatRequestBuilder asked, String param) {
        assertThatThrownBy(() -> written(asked, "perplexity/sonar"))
                .isInstanceOfSatisfying(GatewayException.class, refused -> {
                    assertThat(refused.error().kind()).hasToString("UNSUPPORTED");
                    assertThat(refused.error().param()).isEqualTo(param);
                });
    }

    private String written(ChatRequestBuilder asked, String model) {
        return new PerplexityProtocol()
                .encode(asked.request(), UpstreamModels.of(model), dropped)
                .toText();
    }
}
