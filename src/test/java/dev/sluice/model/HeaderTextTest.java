package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "\u00e4", "~"})
    void valuesWithoutControlCharactersAreValid(String value) {
        assertThat(HeaderText.isValid(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "\u0000", "\u001f", "a\u007f"})
    void controlCharactersAreNotValid(String value) {
        assertThat(HeaderText.isValid(value)).isFalse();
    }

    @Test
    void printableTextIsAsciiOfALimitedLength() {
        assertThat(HeaderText.printable("a b,\r\u0001\u00e4\u007f", 100)).isEqualTo("a b,????");
        assertThat(HeaderText.printable("abc", 3)).isEqualTo("abc");
        assertThat(HeaderText.printable("abcd", 3)).isEqualTo("abc...");
    }
}
