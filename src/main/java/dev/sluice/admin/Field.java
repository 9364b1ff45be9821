package dev.sluice.admin;

import java.util.List;

/**
 * A member of a request's body, as the API checks and documents it.
 *
 * @param of the members of an object; null for other kinds
 * @param choices the words of a {@link Kind#WORD}; else empty
 * @param says for people
 */
record Field(String name, Kind kind, boolean required, Shape of, List<String> choices, String says) {

    /** What a member may be; every one but a required one may also be null, which is as good as left out. */
    enum Kind {
        TEXT("a string"),
        WORD("one of the words"),
        WHOLE("a whole number from 0 to 2000000000"),
        NUMBER("a number of 0 or more"),
        FLAG("true or false"),
        TIME("a time such as 2026-12-31T23:59:59Z"),
        SPAN("a time span such as 90s, 30m, 24h or 7d"),
        TEXTS("a list of strings"),
        PAIRS("an object of strings"),
        OBJECT("an object");

        private final String called;

        Kind(String called) {
            this.called = called;
        }
    }

    static Field of(String name, Kind kind, String says) {
        return new Field(name, kind, false, null, List.of(), says);
    }

    static Field word(String name, List<String> choices, String says) {
        return new Field(name, Kind.WORD, false, null, choices, says);
    }

    static Field object(String name, Shape of, String says) {
        return new Field(name, Kind.OBJECT, false, of, List.of(), says);
    }

    Field needed() {
        return new Field(name, kind, true, of, choices, says);
    }

    String expected() {
        return kind == Kind.WORD ? "one of " + String.join(", ", choices) : kind.called;
    }
}
