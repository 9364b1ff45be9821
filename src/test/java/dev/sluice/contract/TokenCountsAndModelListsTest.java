package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.models.messages.MessageCountTokensParams;
import com.openai.core.JsonValue;
import com.openai.models.responses.inputtokens.InputTokenCountParams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Token counts and model lists through the client SDKs. */
@ExtendWith(ContractFixture.Running.class)
class TokenCountsAndModelListsTest {

    /**
     * Tokens of the two prompts below. OpenAI counts the input and Anthropic the message itself, by the rule of its
     * mock; all others are Sluice's counts: 3 tokens for the response, 4 for each message, and the texts. The texts are
     * 3 tokens each in OpenAI's encoding, 3 and 4 by characters (9 and 13, at 4 a token for Gemini and 3.5 for others),
     * and 4 each with Mistral's factor of 1.1.
     */
    private static final Map<String, Counts> COUNTS = Map.ofEntries(
            Map.entry("openai", new Counts(17, 23)),
            Map.entry("azure", new Counts(17, 10)),
            Map.entry("azure-dated", new Counts(17, 10)),
            Map.entry("anthropic", new Counts(23, 11)),
            Map.entry("cohere", new Counts(18, 11)),
            Map.entry("perplexity", new Counts(18, 11)),
            Map.entry("grok", new Counts(18, 11)),
            Map.entry("gemini", new Counts(18, 11)),
            Map.entry("blackbox", new Counts(17, 10)),
            Map.entry("openrouter", new Counts(19, 11)),
            Map.entry("mistral", new Counts(19, 11)),
            Map.entry("groq", new Counts(17, 10)),
            Map.entry("deepseek", new Counts(18, 11)),
            Map.entry("yaml-alone", new Counts(19, 11)));

    private record Counts(long messages, long input) {}

    @ParameterizedTest
    @MethodSource("rows")
    void aPromptIsCountedForEachProvider(String name, ContractFixture fixture) {
        String model = fixture.row(name).model(Feature.TEXT);

        long messages = fixture.anthropic()
                .messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model(model)
                        .system("Be brief.")
                        .addUserMessage("one two three")
                        .build())
                .validate()
                .inputTokens();
        long input = fixture.openai()
                .responses()
                .inputTokens()
                .count(InputTokenCountParams.builder()
                        .putAdditionalBodyProperty("model", JsonValue.from(model))
                        .input("one two three")
                        .build())
                .inputTokens();

        assertThat(new Counts(messages, input)).isEqualTo(COUNTS.get(name));
    }

    @Test
    void bothClientsReadTheListOfModels(ContractFixture fixture) {
        assertThat(fixture.openai().models().list().data())
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.validate().id()).isNotEmpty());
        assertThat(fixture.anthropic().models().list().data())
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.validate().id()).isNotEmpty());
    }

    static List<String> rows() {
        return List.copyOf(ExpectedOutcomes.media().keySet());
    }
}
