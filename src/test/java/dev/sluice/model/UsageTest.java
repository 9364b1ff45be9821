package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.Quirks;
import dev.sluice.catalog.Quirks.StreamUsage;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.spi.Protocol;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    private final Protocol protocol = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'prompt_tokens':9,'completion_tokens':7|9|7|0|0",
                "'prompt_tokens':9|9|0|0|0",
                "'prompt_tokens':9,'completion_tokens':7,'prompt_tokens_details':{'cached_tokens':4},'completion_tokens_details':{'reasoning_tokens':3}|9|7|4|3",
                "'prompt_tokens':20,'completion_tokens':9,'prompt_cache_hit_tokens':16|20|9|16|0",
                "'prompt_tokens':20,'completion_tokens':9,'num_cached_tokens':8,'prompt_tokens_details':null|20|9|8|0",
                "'prompt_tokens':1,'completion_tokens':2,'completion_tokens_details':'None','prompt_tokens_details':'None'|1|2|0|0",
                "'prompt_tokens':1e2,'completion_tokens':2.0|100|2|0|0",
                "'prompt_tokens':-5,'completion_tokens':99999999999999999999|1000000000000|1000000000000|0|0",
                "'prompt_tokens':1e400,'completion_tokens':null|1000000000000|0|0|0",
            })
    void countsWhatTheProviderSays(String members, long prompt, long completion, long cached, long reasoning) {
        assertThat(usage("{'choices':[{}],'usage':{" + members + "}}", Quirks.NONE))
                .isEqualTo(new Usage(prompt, completion, cached, reasoning, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'usage':null}",
                "{'usage':'None'}",
                "{'usage':{}}",
                "{'usage':{'total_tokens':3}}",
                "[]",
                "",
                "{'usage':{'prompt_tokens':1}",
                "{'choices':[{'usage':{'prompt_tokens':1}}]}",
                "{'x':'\\'usage\\':{}'}"
            })
    void isUnknownWhenItSaysNothing(String response) {
        assertThat(usage(response, Quirks.NONE)).isEqualTo(Usage.UNKNOWN);
    }

    @Test
    void reasoningIsAddedWhereTheProviderLeavesItOut() {
        Quirks outside = new Quirks(Map.of(), List.of(), Map.of(), StreamUsage.ALWAYS, true);

        assertThat(usage(
                        "{'usage':{'completion_tokens':12,'completion_tokens_details':{'reasoning_tokens':38}}}",
                        outside))
                .isEqualTo(new Usage(0, 50, 0, 38, true));
    }

    @Test
    void usageMayBeInGroqsOwnMember() {
        assertThat(usage("{'x_groq':{'id':'r','usage':{'prompt_tokens':3,'completion_tokens':1}}}", Quirks.NONE)
                        .promptTokens())
                .isEqualTo(3);
    }

    private Usage usage(String response, Quirks quirks) {
        return protocol.usage(ByteSlice.of(response.replace('\'', '"')), quirks);
    }

    @Test
    void theHighestOfEachCountIsTaken() {
        Usage one = new Usage(5, 1, 2, 0, true);
        Usage other = new Usage(3, 9, 0, 4, true);

        assertThat(one.highest(other)).isEqualTo(new Usage(5, 9, 2, 4, true));
        assertThat(one.highest(Usage.UNKNOWN)).isEqualTo(one);
        assertThat(Usage.UNKNOWN.highest(other)).isEqualTo(other);
    }
}
