package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTextTest {

    @Test
    void quotesAndBackslashesAreEscaped() {
        assertThat(JsonText.quote("say \"a\\b\"")).isEqualTo("\"say \\\"a\\\\b\\\"\"");
    }

    @Test
    void lineBreaksAndTabsHaveTheirShortEscapes() {
        assertThat(JsonText.quote("a\nb\rc\td")).isEqualTo("\"a\\nb\\rc\\td\"");
    }

    @Test
    void otherControlCharactersAreHexadecimal() {
        assertThat(JsonText.quote("\u0000\b\u000b\f\u001b\u001f"))
                .isEqualTo("\"\\u0000\\u0008\\u000b\\u000c\\u001b\\u001f\"");
    }

    @Test
    void textBeyondAsciiIsNotEscaped() {
        assertThat(JsonText.quote("/ é 漢 😀 \u007f \u2028")).isEqualTo("\"/ é 漢 😀 \u007f \u2028\"");
    }

    @Test
    void noTextIsNull() {
        assertThat(JsonText.quote(null)).isEqualTo("null");
        assertThat(JsonText.quote("")).isEqualTo("\"\"");
    }

    /** A lone surrogate stays alone: the characters beside it are kept. */
    @ParameterizedTest
    @ValueSource(chars = {'\ud83d', '\ude00'})
    void aLoneSurrogateLeavesItsNeighboursAlone(char surrogate) {
        assertThat(JsonText.quote("a" + surrogate + "\"")).isEqualTo("\"a" + surrogate + "\\\"\"");
    }

    @Test
    void everyCharacterIsReadBackUnchanged() throws Exception {
        StringBuilder every = new StringBuilder();
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            if (!Character.isSurrogate(c)) {
                every.append(c);
            }
        }
        String text = every.append("😀").toString();
        assertThat(Json.MAPPER.readTree(JsonText.quote(text)).textValue()).isEqualTo(text);
    }
}
