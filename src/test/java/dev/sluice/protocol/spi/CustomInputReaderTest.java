package dev.sluice.protocol.spi;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The text of a custom tool is found in its function's arguments, however they are cut and written. */
class CustomInputReaderTest {

    @Property(tries = 300)
    void textDoesNotDependOnFragments(@ForAll String input, @ForAll @IntRange(min = 1, max = 9) int length) {
        String arguments = CustomTools.arguments(input);

        assertThat(read(arguments, length)).isEqualTo(input);
        assertThat(CustomTools.input(arguments)).isEqualTo(input);
    }

    @Test
    void argumentsOfModelsThatDoNotFollowTheSchemaAreReadToo() {
        assertRead("{ \"input\" :\n\"a\\u0041\\n\\\"\" }", "aA\n\"");
        assertRead("{\"input\":\"\\ud83d\\ude00\"}", "\ud83d\ude00");
        assertRead("{\"input\":\"cut o", "cut o");
        assertRead("{\"patch\":\"a\"}", "a");
        assertRead("{\"note\":1,\"input\":\"a\"}", "a");
        assertRead("\"a\"", "a");
        assertRead("no JSON", "no JSON");
        assertRead("{}", "");
        assertRead("[1]", "[1]");
        assertRead("{\"a\":\"b\",\"c\":1}", "{\"a\":\"b\",\"c\":1}");
    }

    private static void assertRead(String arguments, String expected) {
        for (int length = 1; length <= arguments.length(); length++) {
            assertThat(read(arguments, length)).isEqualTo(expected);
        }
        assertThat(CustomTools.input(arguments)).isEqualTo(expected);
    }

    private static String read(String arguments, int length) {
        CustomInputReader reader = new CustomInputReader();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < arguments.length(); i += length) {
            text.append(reader.add(arguments.substring(i, Math.min(arguments.length(), i + length))));
        }
        text.append(reader.rest());
        assertThat(reader.text()).isEqualTo(text.toString());
        return text.toString();
    }
}
