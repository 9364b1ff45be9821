package dev.sluice.admin.api;

import java.util.List;

/**
 * A member of a request's body, as the API checks and documents it, or of an answer's, as it documents it.
 *
 * @param required of a request: must be there; of an answer: always is, and is not null
 * @param of the members of an object, or of each in a list of them; null for other kinds
 * @param choices the words of a {@link Kind#WORD}; else empty
 * @param says for people
 * @param was of a request: its former name, accepted until 0.3; null for none
 */
public record JsonField(
        String name, Kind kind, boolean required, JsonShape of, List<String> choices, String says, String was) {

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
        return new JsonField(name, kind, false, null, List.of(), says, null);
    }

    public static JsonField word(String name, List<String> choices, String says) {
        return new JsonField(name, Kind.WORD, false, null, choices, says, null);
    }

    public static JsonField object(String name, JsonShape of, String says) {
        return new JsonField(name, Kind.OBJECT, false, of, List.of(), says, null);
    }

    /** One that each answer has. */
    public static JsonField sure(String name, Kind kind, String says) {
        return of(name, kind, says).needed();
    }

    /** A list that each answer has. */
    public static JsonField list(String name, JsonShape of, String says) {
        return new JsonField(name, Kind.LIST, true, of, List.of(), says, null);
    }

    /** A word that each answer has. */
    public static JsonField oneOf(String name, String... choices) {
        return word(name, List.of(choices), "").needed();
    }

    public JsonField needed() {
        return new JsonField(name, kind, true, of, choices, says, was);
    }

    public JsonField optional() {
        return new JsonField(name, kind, false, of, choices, says, was);
    }

    /** The same, for a member of a request that is still accepted under its former name. */
    public JsonField formerly(String former) {
        return new JsonField(name, kind, required, of, choices, says, former);
    }

    String expected() {
        return kind == Kind.WORD ? "one of " + String.join(", ", choices) : kind.called;
    }
}
