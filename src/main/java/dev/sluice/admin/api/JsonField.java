package dev.sluice.admin.api;

import java.util.List;

/**
 * A member of a request's body, as the API checks and documents it, or of an answer's, as it documents it.
 *
 * @param required of a request: must be there; of an answer: always is, and is not null
 * @param of the members of an object, or of each in a list of them; null for other kinds
 * @param choices the words of a {@link Kind#WORD}; else empty
 * @param says for people
 */
public record JsonField(String name, Kind kind, boolean required, JsonShape of, List<String> choices, String says) {

    /** What a member may be; every one but a required one may also be null, which is as good as left out. */
    public enum Kind {
        TEXT("a string"),
        WORD("one of the words"),
        WHOLE("a whole number from 0 to 2000000000"),
        NUMBER("a number of 0 or more"),
        FLAG("true or false"),
        TIME("a time such as 2026-12-31T23:59:59Z"),
        SPAN("a time span such as 90s, 30m, 24h or 7d"),
        TEXTS("a list of strings"),
        PAIRS("an object of strings"),
        OBJECT("an object"),
        COUNT("a whole number of 0 or more"),
        LIST("a list of objects"),
        ANY("anything");

        private final String called;

        Kind(String called) {
            this.called = called;
        }
    }

    public static JsonField of(String name, Kind kind, String says) {
        return new JsonField(name, kind, false, null, List.of(), says);
    }

    public static JsonField word(String name, List<String> choices, String says) {
        return new JsonField(name, Kind.WORD, false, null, choices, says);
    }

    public static JsonField object(String name, JsonShape of, String says) {
        return new JsonField(name, Kind.OBJECT, false, of, List.of(), says);
    }

    /** One that each answer has. */
    public static JsonField sure(String name, Kind kind, String says) {
        return of(name, kind, says).needed();
    }

    /** A list that each answer has. */
    public static JsonField list(String name, JsonShape of, String says) {
        return new JsonField(name, Kind.LIST, true, of, List.of(), says);
    }

    /** A word that each answer has. */
    public static JsonField oneOf(String name, String... choices) {
        return word(name, List.of(choices), "").needed();
    }

    public JsonField needed() {
        return new JsonField(name, kind, true, of, choices, says);
    }

    public JsonField optional() {
        return new JsonField(name, kind, false, of, choices, says);
    }

    String expected() {
        return kind == Kind.WORD ? "one of " + String.join(", ", choices) : kind.called;
    }
}
