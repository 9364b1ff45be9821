package dev.sluice.protocol;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random JSON texts, with white space, escapes and numbers that no double holds. */
public final class JsonDocuments {

    private JsonDocuments() {}

    public static Arbitrary<String> values() {
        return values(3);
    }

    static Arbitrary<String> strings() {
        Arbitrary<String> pieces = Arbitraries.of(
                "a",
                "plain text that is long enough to be skipped by words",
                "\\\"",
                "\\\\",
                "\\n",
                "\\u00e9",
                "\\ud83d\\ude00",
                "\u00e9",
                "\u6f22\u5b57",
                "\ud83d\ude00",
                " ",
                "{",
                "]",
                ",",
                ":",
                "\u007f");
        return pieces.list().ofMaxSize(4).map(list -> '"' + String.join("", list) + '"');
    }

    private static Arbitrary<String> values(int depth) {
        Arbitrary<String> scalars = Arbitraries.oneOf(
                strings(),
                Arbitraries.of(
                        "true", "false", "null", "0", "-0", "1.50", "12345678901234567890123", "1e400", "-1.0E-7"));
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<String> inner = values(depth - 1);
        Arbitrary<String> space = Arbitraries.of("", "", " ", "\n\t ", "\r\n");
        Arbitrary<String> arrays = Combinators.combine(inner.list().ofMaxSize(3), space)
                .as((elements, gap) -> "[" + gap + String.join(gap + "," + gap, elements) + gap + "]");
        Arbitrary<String> objects = Combinators.combine(inner.list().ofMaxSize(3), space)
                .as((members, gap) -> "{" + gap + String.join("," + gap, named(members, gap)) + "}" + gap);
        return Arbitraries.oneOf(scalars, arrays, objects);
    }

    private static List<String> named(List<String> values, String gap) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> "\"k" + i + "\"" + gap + ":" + gap + values.get(i) + gap)
                .toList();
    }
}
