package dev.sluice.protocol.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DroppedParametersTest {

    private final DroppedParameters dropped = new DroppedParameters();

    @Test
    void entriesKeepTheirOrderAndOccurOnce() {
        dropped.dropped("seed");
        dropped.renamed("max_tokens", "max_completion_tokens");
        dropped.adjusted("temperature", 1);
        dropped.dropped("seed");

        assertThat(dropped.list()).containsExactly("seed", "max_tokens->max_completion_tokens", "temperature=1");
    }

    @Test
    void entriesAreFitForAHeaderAndForItsSeparator() {
        dropped.dropped("a\r\nb, c");

        assertThat(dropped.list()).containsExactly("a??b??c");
    }

    @Test
    void whatChangesTheMeaningIsListedBothAmongAllAndAlone() {
        DroppedParameters others = new DroppedParameters();
        others.lost("tools.x");
        dropped.dropped("seed");
        dropped.lost("tool_choice=auto");
        dropped.addAll(others);

        assertThat(dropped.list()).containsExactly("seed", "tool_choice=auto", "tools.x");
        assertThat(dropped.listLost()).containsExactly("tool_choice=auto", "tools.x");
    }

    @Test
    void whatChangesTheMeaningIsFoundBehindManyOthers() {
        for (int i = 0; i < 100; i++) {
            dropped.dropped("p" + i);
        }
        dropped.lost("tools.x");

        assertThat(dropped.listLost()).containsExactly("tools.x");
    }

    @Test
    void numberAndLengthAreBounded() {
        for (int i = 0; i < 1_000; i++) {
            dropped.dropped(i + "-" + "n".repeat(100));
        }

        assertThat(dropped.list()).hasSize(DroppedParameters.MAX_ENTRIES + 1).endsWith(DroppedParameters.MORE);
        assertThat(dropped.list())
                .allSatisfy(entry -> assertThat(entry)
                        .hasSizeLessThanOrEqualTo(
                                DroppedParameters.MAX_ENTRY_LENGTH + DroppedParameters.MORE.length()));
    }
}
