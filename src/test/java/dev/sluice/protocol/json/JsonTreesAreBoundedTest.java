package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ByteSlice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree takes many times the bytes of its text, so the number of its values is bounded. */
class JsonTreesAreBoundedTest {

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "1", "\"\"", "null", "{\"a\":1}", "[[[[]]]]"})
    void requestsOfTooManyValuesAreRefused(String value) {
        ByteSlice many = repeated(value, Json.MAX_REQUEST_TOKENS);

        assertThatThrownBy(() -> Json.readRequest(many))
                .isInstanceOf(MalformedJson.class)
                .hasMessageStartingWith("exceeds a limit of what Sluice reads")
                .hasMessageContaining("at most 1000000 JSON values");
    }

    @Test
    void responsesMayHaveMoreValues() {
        assertThat(Json.read(repeated("1", Json.MAX_REQUEST_TOKENS))).hasSize(Json.MAX_REQUEST_TOKENS);
        assertThatThrownBy(() -> Json.read(repeated("1", Json.MAX_TOKENS))).isInstanceOf(MalformedJson.class);
    }

    @Test
    void longNamesAreRefused() {
        ByteSlice name = ByteSlice.of("{\"" + "a".repeat(100_000) + "\":1}");

        assertThatThrownBy(() -> Json.readRequest(name)).hasMessageContaining("names of at most 50000 characters");
    }

    private static ByteSlice repeated(String value, int times) {
        return ByteSlice.of("[" + (value + ",").repeat(times - 1) + value + "]");
    }
}
