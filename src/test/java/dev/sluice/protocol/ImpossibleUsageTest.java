package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Protocol;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A number of tokens that no request can have is read as such, and never as zero. */
class ImpossibleUsageTest {

    private static final List<Protocol> FORMATS = Stream.of("openai-chat", "anthropic-messages", "openai-responses")
            .map(Protocols::named)
            .map(Protocol.class::cast)
            .toList();

    static Stream<String> negative() {
        return Stream.of(
                "{'usage':{'prompt_tokens':-5,'completion_tokens':7}}",
                "{'usage':{'prompt_tokens':5,'completion_tokens':-7}}",
                "{'usage':{'prompt_tokens':5,'completion_tokens':7,'prompt_tokens_details':{'cached_tokens':-1}}}",
                "{'usage':{'prompt_tokens':5,'completion_tokens':7,'completion_tokens_details':{'reasoning_tokens':-1}}}",
                "{'usage':{'prompt_tokens':5,'completion_tokens':-1e9}}",
                "{'usage':{'prompt_tokens':5,'completion_tokens':-0.5}}",
                "{'usage':{'prompt_tokens':5,'completion_tokens':18446744073709551616}}",
                "{'type':'message','usage':{'input_tokens':-5,'output_tokens':7}}",
                "{'type':'message_start','message':{'usage':{'input_tokens':5,'cache_read_input_tokens':-1,'output_tokens':1}}}",
                "{'type':'response.completed','response':{'object':'response','usage':{'input_tokens':5,'output_tokens':-7}}}",
                "{'usageMetadata':{'promptTokenCount':5,'candidatesTokenCount':-7}}",
                "[{'usageMetadata':{'promptTokenCount':5,'thoughtsTokenCount':-7}}]");
    }

    @ParameterizedTest
    @MethodSource("negative")
    void aNegativeNumberInAnyFormatIsImpossible(String response) {
        Usage usage = RelayUsage.of(ByteSlice.of(response.replace('\'', '"')), FORMATS);

        assertThat(usage.known()).isTrue();
        assertThat(usage.isPossible()).isFalse();
        assertThat(usage.forClients()).isEqualTo(Usage.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({"-1", "-0.5", "-1e300", "18446744073709551616", "-18446744073709551616", "1e300", "1000000000000"})
    void impossibleNumbersAreReadAsTheBound(String number) {
        assertThat(Json.tokensAt(Json.readOrNull("{\"n\":" + number + "}"), "n"))
                .isEqualTo(Usage.MAX_TOKENS);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-0,0", "-0.0,0", "7,7", "7.9,7", "1e3,1000", "999999999999,999999999999", "'\"7\"',0", "null,0"
    })
    void possibleNumbersAreReadAsTheyAre(String number, long tokens) {
        assertThat(Json.tokensAt(Json.readOrNull("{\"n\":" + number + "}"), "n"))
                .isEqualTo(tokens);
        assertThat(Json.tokensAt(Json.object(), "n")).isZero();
    }

    @Test
    void minusZeroIsZeroInAStreamToo() {
        Usage usage = FORMATS.getFirst()
                .usage(ByteSlice.of("{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":-0}}"), Quirks.NONE);

        assertThat(usage).isEqualTo(new Usage(3, 0, 0, 0, true));
    }
}
