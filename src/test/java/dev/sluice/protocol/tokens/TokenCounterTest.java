package dev.sluice.protocol.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.Tool;
import dev.sluice.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCounterTest {

    /** Figures that OpenAI publishes with tiktoken and its cookbook; the Japanese one tells the encodings apart. */
    @ParameterizedTest
    @CsvSource({
        "gpt-4o, tiktoken is great!, 6",
        "gpt-4, tiktoken is great!, 6",
        "gpt-4, antidisestablishmentarianism, 6",
        "text-davinci-003, antidisestablishmentarianism, 5",
        "gpt-4o, antidisestablishmentarianism, 6",
        "gpt-4, お誕生日おめでとう, 9",
        "gpt-3.5-turbo, お誕生日おめでとう, 9",
        "text-davinci-003, お誕生日おめでとう, 14",
        "gpt-4o, お誕生日おめでとう, 8",
        "gpt-4.1-mini, お誕生日おめでとう, 8",
        "gpt-5.2, お誕生日おめでとう, 8",
        "o4-mini, お誕生日おめでとう, 8",
        "openai/gpt-oss-20b, お誕生日おめでとう, 8",
        "gpt-4-turbo, お誕生日おめでとう, 9"
    })
    void countsEqualOpenAisPublishedFigures(String model, String text, long tokens) {
        assertThat(Tokenizer.of(model).count(text)).isEqualTo(new TokenCount(tokens, false));
    }

    @ParameterizedTest
    @CsvSource({
        // 8 by o200k
        "gpt-6-luna, 8",
        "claude-sonnet-4-5-20250929, 10",
        "anthropic/claude-sonnet-4, 10",
        "claude-sonnet-4-20250514, 10",
        "claude-opus-4-7, 11",
        "claude-haiku-5-5, 11",
        "mistral-large-4, 9",
        // 9 characters of Japanese
        "gemini-3.8-flash, 6",
        "llama-3.3-70b-versatile, 6",
        "no-such-model, 6"
    })
    void modelsWithoutPublicVocabularyAreEstimates(String model, long tokens) {
        assertThat(Tokenizer.of(model).count("お誕生日おめでとう")).isEqualTo(new TokenCount(tokens, true));
    }

    @Test
    void specialTokensInAPromptCountAsText() {
        assertThat(Tokenizer.of("gpt-4o").count("<|endoftext|>").tokens()).isGreaterThan(1);
        assertThat(Tokenizer.of("gpt-4o").count("").tokens()).isZero();
    }

    @Test
    void aDocumentThatIsTextCountsAsItsText() {
        String words = "a word ".repeat(2_000);
        String base64 = Base64.getEncoder().encodeToString(words.getBytes(StandardCharsets.UTF_8));
        ContentPart.Source source = new ContentPart.Source("text/plain", base64, null, null);

        TokenCount document = TokenCounter.of(
                "gpt-4o", request(List.of(), ChatMessage.of(Role.USER, new ContentPart.Document(source, null, null))));

        assertThat(document.tokens())
                .isEqualTo(TokenCounter.of(
                                "gpt-4o", request(List.of(), ChatMessage.of(Role.USER, ContentPart.Text.of(words))))
                        .tokens());
        assertThat(document.estimated()).isTrue();
    }

    @Test
    void aConversationHasOverheadTokens() {
        assertThat(TokenCounter.of(
                        "gpt-4o", request(List.of(), ChatMessage.of(Role.USER, ContentPart.Text.of("Hello")))))
                .isEqualTo(new TokenCount(8, false));
        assertThat(TokenCounter.of(
                        "gpt-4o",
                        request(
                                List.of(),
                                new ChatMessage(Role.USER, List.of(ContentPart.Text.of("Hello")), "Bob"),
                                ChatMessage.of(Role.ASSISTANT, ContentPart.Text.of("Hello")))))
                .isEqualTo(new TokenCount(3 + 4 + 1 + 1 + 1 + 4 + 1, false));
    }

    @Test
    void partsCountedByRulesOfThumbMakeAnEstimate() {
        ContentPart image = new ContentPart.Image(ContentPart.Source.ofUrl("https://ex.org/a.png"), "low", null);
        ContentPart large = new ContentPart.Image(ContentPart.Source.ofUrl("https://ex.org/a.png"), null, null);
        Tool tool = new Tool.Function(
                "get_w", "Weather", Json.readOrNull("{\"type\":\"object\",\"properties\":{}}"), null, null);

        assertThat(TokenCounter.of("gpt-4o", request(List.of(), ChatMessage.of(Role.USER, image))))
                .isEqualTo(new TokenCount(3 + 4 + 85, true));
        assertThat(TokenCounter.of("gpt-4o", request(List.of(), ChatMessage.of(Role.USER, large))))
                .isEqualTo(new TokenCount(3 + 4 + 765, true));
        assertThat(TokenCounter.of(
                        "gpt-4o", request(List.of(tool), ChatMessage.of(Role.USER, ContentPart.Text.of("Hello")))))
                .satisfies(count -> {
                    assertThat(count.estimated()).isTrue();
                    assertThat(count.tokens()).isBetween(25L, 40L);
                });
        assertThat(TokenCounter.of(
                                "gpt-4o",
                                request(
                                        List.of(),
                                        ChatMessage.of(Role.ASSISTANT, ContentPart.ToolCall.of("a", "f", "{\"a\":1}")),
                                        ChatMessage.of(
                                                Role.TOOL,
                                                new ContentPart.ToolResult(
                                                        "a", List.of(ContentPart.Text.of("Hello")), false, null))))
                        .tokens())
                .isBetween(15L, 25L);
    }

    @Test
    void threadsMayCountAtOnce() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(200);
        long alone = Tokenizer.of("gpt-4o").count(text).tokens();

        assertThat(IntStream.range(0, 64)
                        .parallel()
                        .mapToLong(i -> Tokenizer.of(i % 2 == 0 ? "gpt-4o" : "gpt-4.1")
                                .count(text)
                                .tokens()))
                .containsOnly(alone);
    }

    private static ChatRequest request(List<Tool> tools, ChatMessage... turns) {
        return new ChatRequest("m", List.of(turns), tools, null, null, null, Map.of(), false, false);
    }
}
