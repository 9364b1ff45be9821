package dev.sluice.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only one object without duplicate names is parsed. */
class StrictJsonTest {

    @Test
    void oneObjectIsParsed() {
        assertThat(StrictJson.object(utf8(" {\"a\":{\"b\":[1,\"ü\"]}} ")).encode())
                .isEqualTo("{\"a\":{\"b\":[1,\"ü\"]}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"a\"",
                "{",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":NaN}"
            })
    void everythingElseIsRefused(String text) {
        assertThat(StrictJson.object(utf8(text))).isNull();
    }

    @Test
    void depthAndNumbersAreLimited() {
        assertThat(StrictJson.object(utf8("{\"a\":" + "[".repeat(15) + "]".repeat(15) + "}")))
                .isNotNull();
        assertThat(StrictJson.object(utf8("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}")))
                .isNull();
        assertThat(StrictJson.object(utf8("{\"a\":" + "1".repeat(41) + "}"))).isNull();
    }

    @Test
    void invalidUtf8IsRefused() {
        assertThat(StrictJson.object(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}))
                .isNull();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
