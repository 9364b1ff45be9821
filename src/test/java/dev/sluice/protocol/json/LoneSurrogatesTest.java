package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.sse.EventBytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Half of a surrogate pair does not take the characters beside it along. */
class LoneSurrogatesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x\\ud83dA | x\ufffdA",
                "\\ude00\\ud83d | \ufffd\ufffd",
                "\\ud83d\\ud83d\\ude00B | \ufffd😀B",
                "\\ud83d | \ufffd",
                "😀\\ud83d\\ude00 | 😀😀"
            })
    void textAndNamesKeepTheirOtherCharacters(String escaped, String expected) {
        String written = Json.bytes(Json.readOrNull("{\"a\":\"" + escaped + "\",\"n" + escaped + "\":[1.50,\"b\"]}"))
                .toText();

        assertThat(written).isEqualTo("{\"a\":\"" + expected + "\",\"n" + expected + "\":[1.50,\"b\"]}");
    }

    /** A stream may split a pair: the halves reach the client as they are. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"x\\ud83d | x\\ud83d", "\\ude00\"y | \\ude00\"y", "\\ude00 | \\ude00", "x\\ude00y | x\ufffdy"})
    void halvesAtTheEdgesOfAnEventsTextStay(String escaped, String expected) {
        EventBytes events = new EventBytes();
        events.data(Json.readOrNull("{\"a\":\"" + escaped.replace("\"", "\\\"") + "\",\"b\":1}"));

        assertThat(events.drain().toText())
                .isEqualTo("data: {\"a\":\"" + expected.replace("\"", "\\\"") + "\",\"b\":1}\n\n");
    }
}
