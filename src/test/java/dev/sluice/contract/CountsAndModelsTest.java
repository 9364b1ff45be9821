package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.models.messages.MessageCountTokensParams;
import com.openai.core.JsonValue;
import com.openai.models.responses.inputtokens.InputTokenCountParams;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients ask before they speak: how long a prompt is, and what models there are. */
@ExtendWith(Fleet.Running.class)
class CountsAndModelsTest {

    @ParameterizedTest
    @MethodSource("rows")
    void aPromptIsCountedForEachProvider(String name, Fleet fleet) {
        String model = fleet.row(name).model(Feature.TEXT);

        long messages = fleet.anthropic()
                .messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model(model)
                        .system("Be brief.")
                        .addUserMessage("one two three")
                        .build())
                .validate()
                .inputTokens();
        long input = fleet.openai()
                .responses()
                .inputTokens()
                .count(InputTokenCountParams.builder()
                        .putAdditionalBodyProperty("model", JsonValue.from(model))
                        .input("one two three")
                        .build())
                .inputTokens();

        assertThat(messages).isPositive();
        assertThat(input).isPositive();
    }

    @Test
    void bothClientsReadTheListOfModels(Fleet fleet) {
        assertThat(fleet.openai().models().list().data())
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.validate().id()).isNotEmpty());
        assertThat(fleet.anthropic().models().list().data())
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.validate().id()).isNotEmpty());
    }

    static List<String> rows() {
        return List.copyOf(Expected.media().keySet());
    }
}
