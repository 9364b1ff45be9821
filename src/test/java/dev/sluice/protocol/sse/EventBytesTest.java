package dev.sluice.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.Json;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strings and numbers written in parts equal those of a JSON writer. */
class EventBytesTest {

    @Property(tries = 2_000)
    void everyStringIsReadBackUnchanged(@ForAll String text) {
        assertThat(Json.read(quoted(text)).textValue()).isEqualTo(text);
    }

    /** A provider may cut a text between the halves. */
    @ParameterizedTest
    @CsvSource({"\ud83d,\"\\ud83d\"", "a\ude00,\"a\\ude00\"", "\ud83d\ud83d\ude00,\"\\ud83d\ud83d\ude00\""})
    void halfASurrogatePairIsEscaped(String text, String written) {
        assertThat(quoted(text).toText()).isEqualTo(written);
    }

    @Property(tries = 200)
    void numbersAreDecimal(@ForAll long number) {
        EventBytes out = new EventBytes();
        out.number(number);

        assertThat(out.drain().toText()).isEqualTo(Long.toString(number));
    }

    private static ByteSlice quoted(String text) {
        EventBytes out = new EventBytes();
        out.quoted(text);
        return out.drain();
    }
}
