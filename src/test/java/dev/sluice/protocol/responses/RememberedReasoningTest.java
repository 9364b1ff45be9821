package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RememberedReasoningTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openai | gpt-5  | {MARK,'model':'gpt-5'}                    | {'include':['ENC'],'model':'gpt-5'}",
                "openai | gpt-5  | {'model':'gpt-5',MARK,'include':['a']}    | {'model':'gpt-5','include':['a','ENC']}",
                "openai | gpt-5  | {'include':[ ],'model':'gpt-5', MARK}     | {'include':[ 'ENC'],'model':'gpt-5'}",
                "openai | gpt-5  | {'include':null,MARK,'model':'gpt-5'}     | {'include':['ENC'],'model':'gpt-5'}",
                "openai | gpt-5  | {MARK,'include':['ENC'],'model':'gpt-5'}  | {'include':['ENC'],'model':'gpt-5'}",
                "openai | gpt-5  | {MARK,'include':'x','model':'gpt-5'}      | {'include':'x','model':'gpt-5'}",
                "openai | gpt-4o | {MARK,'model':'gpt-4o'}                   | {'model':'gpt-4o'}",
                "openai | new    | {MARK,'model':'new'}                      | {'model':'new'}",
                "openai | new    | {'reasoning':{},'model':'new',MARK} |"
                        + " {'reasoning':{},'model':'new','include':['ENC']}",
                "vllm   | gpt-5  | {'model':'gpt-5',MARK,'include':['a']}    | {'model':'gpt-5','include':['a']}",
                "openai | gpt-5  | {'model':'gpt-5'}                         | {'model':'gpt-5'}"
            })
    void onlyModelsThatReturnItAreAskedForIt(String provider, String model, String body, String sent) {
        ProviderSettings settings = ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: " + provider + ", api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));
        ByteSlice request = ByteSlice.of(json(body.replaceFirst("}$", ",'input':'?'}")));

        String forwarded = Protocols.codecFor(Protocols.read(Surface.RESPONSES, request), settings, model, 0)
                .body()
                .joined()
                .toText();

        assertThat(forwarded).isEqualTo(json(sent.replaceFirst("}$", ",'input':'?'}")));
    }

    private static String json(String text) {
        return text.replace("MARK", RememberedReasoning.MARK_MEMBER.toText())
                .replace("ENC", "reasoning.encrypted_content")
                .replace('\'', '"');
    }
}
