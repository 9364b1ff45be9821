package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.Surface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requirements of a request are found in its bytes, in every format of clients. */
class RequestNeedsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "chat | \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}] | -",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":[{\"type\" :"
                        + " \"image_url\",\"image_url\":{\"url\":\"x\"}}]}] | images",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{}}]}]"
                        + " | audio",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}] | documents",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":\"the \\\"type\\\":\\\"image_url\\\" and"
                        + " \\\"image\\\"\"}] | -",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[ {\"type\":\"function\"}] |"
                        + " tools",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[ ],\"functions\":null | -",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"functions\":[{}] | tools",
                "chat |"
                    + " \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"response_format\":{\"type\":\"json_schema\"}"
                    + " | schema",
                "chat |"
                    + " \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"response_format\":{\"type\":\"json_object\"}"
                    + " | -",
                "messages |"
                    + " \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"},{\"type\":\"document\"}]}]"
                    + " | images documents",
                "messages |"
                    + " \"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"output_config\":{\"format\":{\"type\":\"json_schema\"}}"
                    + " | schema",
                "responses |"
                    + " \"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\"},{\"type\":\"input_file\"}]}]"
                    + " | images documents",
                "responses | \"input\":\"hi\",\"text\":{\"format\":{\"type\":\"json_schema\"}},\"tools\":[{}] | tools"
                        + " schema",
                "responses | \"input\":[{\"type\":\"additional_tools\",\"tools\":[]}] | tools",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":[{\"t\\u0079pe\":\"image_url\"}]}] | images",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"\\u0069mage_url\"}]}] | images",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input\\u005faudio\"}]}] | audio",
                "chat | \"messages\":[{\"role\":\"user\",\"content\":[{\"typ\\u0065\":\"fil\\u0065\"}]}] | documents",
                "responses | \"input\":[{\"type\":\"additional\\u005ftools\",\"tools\":[]}] | tools",
                "chat |"
                    + " \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"response_format\":{\"type\":\"json\\u005fschema\"}"
                    + " | schema",
                "embeddings | \"input\":\"hi\",\"tools\":[{}] | -"
            })
    void requirementsAreFound(String surface, String members, String expected) {
        ModelRequirements requirements = needs(surface(surface), "\"model\":\"m\"," + members);

        String found = (requirements.tools() ? "tools " : "")
                + (requirements.images() ? "images " : "")
                + (requirements.audio() ? "audio " : "")
                + (requirements.documents() ? "documents " : "")
                + (requirements.jsonSchema() ? "schema " : "");
        assertThat(found.isEmpty() ? "-" : found.strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"hi \\\"type\\\"\" | false",
                "[{\"type\":\"text\"}] | true",
                "[{\"ty\\u0070e\":\"text\"}] | true",
                "\"hi\",\"name\":\"type\" | false"
            })
    void readerNotesWhetherThePromptMayHaveParts(String content, boolean expected) {
        ClientRequest request = Protocols.read(
                Surface.CHAT_COMPLETIONS,
                ByteSlice.of("{\"type\":1,\"messages\":[{\"role\":\"user\",\"content\":" + content + "}],"
                        + "\"model\":\"m\",\"tools\":[{\"type\":\"function\"}]}"));

        assertThat(request.member("messages").typed()).isEqualTo(expected);
    }

    @Test
    void imagesAndFilesDoNotCountAsText() {
        String data = "A".repeat(400_000);
        ModelRequirements requirements = chat("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"data:image/png;base64," + data + "\"}}]}");

        assertThat(requirements.promptTokens()).isLessThan(50);
        assertThat(requirements.promptExceeds("gpt-4o", 8_000)).isFalse();
        assertThat(requirements.maxTextBytes()).isLessThan(200);
    }

    /** Text without spaces that no format would take for a file is reserved: it is billed as text. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\",\"text\":\"#\"}",
                "{\"type\":\"text\",\"text\":\"data:image/png;base64,#\"}",
                "{\"type\":\"text\",\"x\":[\"data\",\"#\"]}",
                "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"#\"}}",
                "{\"type\":\"document\",\"source\":{\"data\":\"#\",\"media_type\":\"t\\u0065xt\\/plain\",\"type\":\"text\"}}"
            })
    void longWordsBesideAnImageCountUnlessTheyAreFiles(String part) {
        ModelRequirements requirements = chat("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"https://x/y.png\"}}," + part.replace("#", "A".repeat(100_000)) + "]}");

        assertThat(requirements.images()).isTrue();
        assertThat(requirements.maxTextBytes()).isGreaterThan(100_000);
    }

    /** One image counts 1,000 tokens here, one piece of audio 20,000, one page 4,600. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"type\":\"text\",\"text\":\"hi\"} | 0",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}} | 1000",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"#\"}},{\"type\":\"image\"},{\"type\":\"input_image\"}"
                        + " | 3000",
                "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"#\"}},{\"type\":\"input_audio\"} | 40000",
                "{\"type\":\"file\",\"file\":{\"file_data\":\"#\"}} | 13800",
                "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"data\":\"#\"}},"
                        + "{\"type\":\"document\",\"source\":{\"data\":\"#\"}} | 27600",
                "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"hi\"}} |"
                        + " 4600",
                "{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"f\"}} | 460000",
                "{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"f\"}} | 1000",
                "{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":\"#\"}}"
                    + " | 461000"
            })
    void eachPartOfThePromptMayHaveItsOwnTokens(String parts, long expected) {
        ModelRequirements requirements =
                chat("{\"role\":\"user\",\"content\":[" + parts.replace("#", "A".repeat(8_192)) + "]}");

        assertThat(requirements.maxMediaTokens(1_000)).isEqualTo(expected);
    }

    @Test
    void textOfAnyScriptCounts() {
        assertThat(chat(user("日本語".repeat(2_000))).promptTokens()).isGreaterThan(4_000);
    }

    @Test
    void tokensAreCountedNearTheLimitAndEstimatedElsewhere() {
        // "a a a …": each letter with its space is a token of two bytes.
        ModelRequirements dense = chat(user("a ".repeat(3_000)));
        assertThat(dense.promptTokens()).isBetween(1_400L, 1_600L);
        assertThat(dense.promptExceeds("gpt-4o", 2_500)).isTrue();
        assertThat(dense.promptExceeds("gpt-4o", 3_100)).isFalse();

        ModelRequirements sparse = chat(user(" ".repeat(6_000)));
        assertThat(sparse.promptExceeds("gpt-4o", 1_000)).isFalse();
        assertThat(sparse.promptExceeds("gpt-4o", 400)).isTrue();
        assertThat(sparse.promptExceeds("gpt-4o", 7_000)).isFalse();
    }

    @Test
    void malformedRequestIsEstimated() {
        ModelRequirements requirements = chat("{\"role\":\"nobody\",\"content\":\"" + "word ".repeat(2_000) + "\"}");

        assertThat(requirements.promptExceeds("gpt-4o", 2_000)).isTrue();
        assertThat(requirements.promptExceeds("gpt-4o", 3_000)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"max_tokens\":100 | 100",
                "\"max_tokens\":100,\"max_completion_tokens\":70,\"n\":3 | 300",
                "\"max_output_tokens\":7 | 0",
                "\"max_tokens\":null,\"n\":0 | 0",
                "\"max_tokens\":1e3 | 1000",
                "\"max_tokens\":1e5,\"n\":1e1 | 1000000",
                "\"max_tokens\":100.0,\"n\":\"2\" | 200",
                "\"max_tokens\":\"many\" | 0",
                "\"max_tokens\":-1e3 | 0",
                "\"max_tokens\":1e999999999 | 9223372036854775807",
                "\"max_tokens\":99999999999999999999 | 9223372036854775807",
                "\"seed\":1 | 0"
            })
    void outputTokensAreTheLimitTimesTheChoices(String members, long expected) {
        assertThat(needs(Surface.CHAT_COMPLETIONS, "\"model\":\"m\",\"messages\":[{}]," + members)
                        .outputTokens())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "chat | \"user\":\"u\",\"prompt_cache_key\":\"k\\u0041\" | kA",
                "chat | \"user\":\"u\",\"prompt_cache_key\":null | u",
                "chat | \"user\":\"\",\"metadata\":{\"user_id\":\"x\"} | ",
                "messages | \"metadata\":{\"a\":1,\"user_id\":\"session_7\"} | session_7",
                "messages | \"metadata\":{\"user_id\":5} | ",
                "messages | \"metadata\":null | "
            })
    void sessionIsTheCacheKeyElseTheUser(String surface, String members, String expected) {
        assertThat(needs(surface(surface), "\"model\":\"m\",\"messages\":[{}]," + members)
                        .session())
                .isEqualTo(expected);
    }

    @Test
    void prefixIsTheStartOfThePrompt() {
        String system = "{\"role\":\"system\",\"content\":\"" + "You are kind. ".repeat(200) + "\"}";

        assertThat(chat(system + "," + user("one")).prefix())
                .isEqualTo(
                        chat(system + "," + user("two") + "," + user("three")).prefix());
        assertThat(chat(user("one")).prefix()).isNotEqualTo(chat(user("two")).prefix());
        assertThat(needs(Surface.MESSAGES, "\"model\":\"m\",\"messages\":[{}],\"system\":\"a\"")
                        .prefix())
                .isNotEqualTo(needs(Surface.MESSAGES, "\"system\":\"b\",\"messages\":[{}],\"model\":\"m\"")
                        .prefix());
        // The order in the body makes no difference.
        assertThat(needs(Surface.MESSAGES, "\"model\":\"m\",\"messages\":[{}],\"system\":\"a\"")
                        .prefix())
                .isEqualTo(needs(Surface.MESSAGES, "\"system\":\"a\",\"messages\":[{}],\"model\":\"other\"")
                        .prefix());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"prompt\":\"a\" | 1",
                "\"prompt\":[\"a\",\"b\",\"c\"] | 3",
                "\"prompt\":[[1,2],[3]] | 2",
                "\"prompt\":[1,2,3] | 1",
                "\"prompt\":[] | 1",
                "\"prompt\":[\"a\",\"b\"],\"n\":2,\"best_of\":5 | 10",
                "\"prompt\":[\"a\",\"b\"],\"best_of\":1e300 | 2147483647"
            })
    void completionsHaveChoicesForEachPrompt(String members, int choices) {
        ModelRequirements requirements = needs(Surface.COMPLETIONS, "\"model\":\"m\",\"max_tokens\":7," + members);

        assertThat(requirements.choices()).isEqualTo(choices);
        assertThat(requirements.outputTokens()).isEqualTo(7L * choices);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1_000", "\u0661\u0660", "10\\u00a0", "", "many", "0x10"})
    void choicesInAStringThatIsNoNumberAreRefused(String n) {
        GatewayException refusal = catchThrowableOfType(
                GatewayException.class,
                () -> needs(Surface.CHAT_COMPLETIONS, "\"model\":\"m\",\"messages\":[{}],\"n\":\"" + n + "\""));

        assertThat(refusal.error().code()).isEqualTo("invalid_type");
        assertThat(refusal.error().param()).isEqualTo("n");
    }

    private static Surface surface(String label) {
        for (Surface surface : Surface.values()) {
            if (surface.label().equals(label)) {
                return surface;
            }
        }
        throw new IllegalArgumentException(label);
    }

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
    }

    private static ModelRequirements chat(String messages) {
        return needs(Surface.CHAT_COMPLETIONS, "\"model\":\"m\",\"messages\":[" + messages + "]");
    }

    private static ModelRequirements needs(Surface surface, String members) {
        ClientRequest request = Protocols.read(surface, ByteSlice.of("{" + members + "}"));
        return Protocols.requirements(request);
    }
}
