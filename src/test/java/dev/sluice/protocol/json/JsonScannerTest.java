package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.JsonDocuments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner accepts exactly the JSON of RFC 8259, and errors name the position. */
class JsonScannerTest {

    private static final JsonFactory JACKSON = new JsonFactory();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1 \"b\":2}|7|expected ',' or '}'",
                "[1 2]|3|expected ',' or ']'",
                "{\"a\" 1}|5|expected ':'",
                "{a:1}|1|expected a key in quotes",
                "{\"a\":1,}|7|expected a key in quotes",
                "[1,]|3|expected a value",
                "{\"a\":tru}|5|expected true",
                "[01]|2|expected ',' or ']'",
                "[1.]|3|expected a digit",
                "[\"a\\x\"]|4|expected an escape: one of \"\\/bfnrtu",
                "[\"\\u12g4\"]|6|expected four hexadecimal digits",
                "[\"abcdefghijkl|14|expected '\"'",
                "{} x|3|expected nothing after the end of the document",
                "[[1]|4|expected ',' or ']'",
            })
    void errorsNameThePositionAndWhatWasExpected(String text, int at, String expected) {
        assertThatThrownBy(() -> scan(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedJson.class)
                .hasMessage("is not valid JSON at byte " + at + ": " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {(byte) 0x80, (byte) 0xc0, (byte) 0xc1, (byte) 0xe2, (byte) 0xf5, (byte) 0xff, 0x00, 0x0a, 0x1f})
    void invalidBytesInStringsAreRejectedAtEveryOffset(byte bad) {
        for (int at = 1; at < 20; at++) {
            byte[] bytes = ("\"" + "x".repeat(20) + "\"").getBytes(StandardCharsets.UTF_8);
            bytes[at] = bad;
            assertThat(accepts(bytes)).as("%02x at %d", bad, at).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eda080", "e08080", "f0808080", "f4908080", "e282", "f09f98"})
    void illFormedUtf8IsRejected(String hex) {
        assertThat(accepts(quoted(hex))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf", "7f"})
    void edgesOfWellFormedUtf8AreAccepted(String hex) {
        assertThat(accepts(quoted(hex))).isTrue();
    }

    @Test
    void nestingIsBoundedAndNotRecursive() {
        int bound = JsonScanner.MAX_DEPTH;
        assertThat(accepts(("[".repeat(bound) + "]".repeat(bound)).getBytes())).isTrue();
        assertThatThrownBy(() -> scan("[".repeat(5_000_000).getBytes()))
                .hasMessage("is not valid JSON at byte 128: nested deeper than 128 levels");
    }

    @Test
    void membersHaveSpans() {
        byte[] bytes = "..{ \"a\\u0062\" : [1, {}] , \"c\":\"x\"}..".getBytes();
        JsonScanner json = new JsonScanner().reset(bytes, 2, bytes.length - 2);

        json.enter();
        assertThat(json.more()).isTrue();
        assertThat(json.name()).isEqualTo("ab");
        assertThat(json.nameIs("ab".getBytes())).isTrue();
        assertThat(json.nameIs("a".getBytes())).isFalse();
        assertThat(json.peek()).isEqualTo((byte) '[');
        int start = json.position();
        json.skip();
        assertThat(new ByteSlice(bytes, start, json.position() - start).toText())
                .isEqualTo("[1, {}]");
        assertThat(json.more()).isTrue();
        assertThat(new ByteSlice(bytes, json.keyStart(), json.keyEnd() - json.keyStart()).toText())
                .isEqualTo("\"c\"");
        json.skip();
        assertThat(json.more()).isFalse();
        assertThatCode(json::finish).doesNotThrowAnyException();
    }

    @Property(tries = 1_000)
    void everyDocumentIsAccepted(@ForAll("documents") String document) {
        assertThat(accepts(document.getBytes(StandardCharsets.UTF_8)))
                .as(document)
                .isTrue();
    }

    @Property(tries = 5_000)
    void agreesWithJacksonOnMutatedDocuments(@ForAll("documents") String document, @ForAll Random random) {
        byte[] mutated = mutate(document.getBytes(StandardCharsets.UTF_8), random);
        assertThat(accepts(mutated))
                .as(new String(mutated, StandardCharsets.ISO_8859_1))
                .isEqualTo(jackson(mutated));
    }

    @Provide
    Arbitrary<String> documents() {
        return JsonDocuments.values();
    }

    @Provide
    Arbitrary<String> numbers() {
        return Arbitraries.strings().withChars("0123456789.eE+-").ofMinLength(1).ofMaxLength(8);
    }

    @Property(tries = 5_000)
    void agreesWithJacksonOnNumbers(@ForAll("numbers") String number) {
        byte[] bytes = ("[" + number + "]").getBytes();
        assertThat(accepts(bytes)).as(number).isEqualTo(jackson(bytes));
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        String alphabet = "{}[]\",:\\ u0129eE.-+tfn\n\u0001";
        byte[] mutated = bytes.clone();
        int at = random.nextInt(mutated.length);
        switch (random.nextInt(4)) {
            case 0 -> mutated[at] = (byte) random.nextInt(256);
            case 1 -> mutated[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            case 2 -> mutated = Arrays.copyOf(mutated, at);
            default -> {
                byte[] longer = new byte[mutated.length + 1];
                System.arraycopy(mutated, 0, longer, 0, at);
                longer[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
                System.arraycopy(mutated, at, longer, at + 1, mutated.length - at);
                mutated = longer;
            }
        }
        return mutated;
    }

    /** Jackson on decoded text, because on bytes it guesses encodings and lets some ill-formed UTF-8 through. */
    private static boolean jackson(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            try (JsonParser parser = JACKSON.createParser(text)) {
                if (parser.nextToken() == null) {
                    return false;
                }
                parser.skipChildren();
                parser.finishToken();
                return parser.nextToken() == null;
            }
        } catch (IOException refused) {
            return false;
        }
    }

    private static byte[] quoted(String hex) {
        byte[] inner = HexFormat.of().parseHex(hex);
        byte[] bytes = new byte[inner.length + 2];
        bytes[0] = bytes[bytes.length - 1] = '"';
        System.arraycopy(inner, 0, bytes, 1, inner.length);
        return bytes;
    }

    private static boolean accepts(byte[] bytes) {
        try {
            scan(bytes);
            return true;
        } catch (MalformedJson refused) {
            return false;
        }
    }

    private static void scan(byte[] bytes) {
        JsonScanner json = new JsonScanner().reset(ByteSlice.of(bytes));
        json.skip();
        json.finish();
    }
}
