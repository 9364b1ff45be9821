package dev.sluice.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.json.MalformedJson;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events are parsed to the same trees as other documents, and the same documents are rejected. */
class EventTreeReaderTest {

    private final EventTreeReader events = new EventTreeReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":null,\"b\":true,\"c\":false,\"d\":{},\"e\":[],\"f\":[[{}]]}",
                "[0,-0,7,-7,2147483647,2147483648,-2147483648,-2147483649]",
                "[999999999999999999,1000000000000000000,9223372036854775807,9223372036854775808,-9223372036854775808]",
                "[-9223372036854775809,123456789012345678901234567890]",
                "[1.0,1.50,-0.0,1e3,1E+3,1.5e-7,0.1234567890123456789]",
                "{\"\":\"\",\"\\u0061\":\"\\ud83d\\ude00\\n\\\"\",\"ü\":\"ü😀\"}",
                "\"text\"",
                " 1 ",
            })
    void treesEqualThoseOfTheParser(String document) {
        ByteSlice bytes = ByteSlice.of(" " + document);

        JsonNode tree = events.read(new ByteSlice(bytes.array(), 1, bytes.length() - 1));

        assertThat(tree).isEqualTo(Json.read(ByteSlice.of(document)));
        assertThat(tree.toString()).isEqualTo(Json.text(Json.read(ByteSlice.of(document))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":1} {}",
                "{\"a\":01}",
                "{\"a\":1e99999999999}",
                "{\"a\":1e99999999999}",
                "{\"a\":",
                "{a:1}"
            })
    void documentsThatTheParserRejectsAreRejected(String document) {
        assertThatThrownBy(() -> events.read(ByteSlice.of(document))).isInstanceOf(MalformedJson.class);
        assertThatThrownBy(() -> Json.read(ByteSlice.of(document))).isInstanceOf(MalformedJson.class);
    }

    @Test
    void depthAndDigitsAreBounded() {
        assertThatThrownBy(() -> events.read(ByteSlice.of("[".repeat(100_000)))).isInstanceOf(MalformedJson.class);
        assertThatThrownBy(() -> events.read(ByteSlice.of("9".repeat(100_000)))).isInstanceOf(MalformedJson.class);
    }

    /** Names are cached between documents, and never confused. */
    @Property(tries = 2_000)
    void similarNamesAreDistinguished(@ForAll("names") String one, @ForAll("names") String other) {
        String document = "{" + JsonText.quote(one) + ":1," + JsonText.quote(other + "'") + ":2}";
        if (one.equals(other + "'")) {
            return;
        }

        assertThat(events.read(ByteSlice.of(document))).isEqualTo(Json.read(ByteSlice.of(document)));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'd')
                .withChars('ü', '"', '\\', '\'')
                .ofMaxLength(5);
    }
}
