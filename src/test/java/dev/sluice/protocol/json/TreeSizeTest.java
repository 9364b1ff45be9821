package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import org.junit.jupiter.api.Test;

class TreeSizeTest {

    @Test
    void denseDocumentsTakeAHundredTimesTheirBytes() {
        String dense = "[" + ("[".repeat(100) + "]".repeat(100) + ",").repeat(100) + "1]";

        assertThat(TreeSize.of(ByteSlice.of(dense))).isGreaterThan(100L * dense.length());
    }

    @Test
    void textsTakeNoMoreThanTheirBytes() {
        String text = "{\"text\":\"" + "[{,\\\"[".repeat(10_000) + "\"}";

        assertThat(TreeSize.of(ByteSlice.of(text))).isLessThan(1_000);
    }

    @Test
    void valuesAreCounted() {
        assertThat(TreeSize.of(ByteSlice.of("[" + "1,".repeat(999) + "1]")))
                .isBetween(1_000 * 64L, 1_000 * 64L + 1_000);
    }
}
