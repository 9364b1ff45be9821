package dev.sluice.admin.api;

import java.util.List;

/**
 * A member of a JSON object: of a request body, where it is validated and documented, or of a response, where it is
 * documented.
 *
 * @param required whether it must be present and not null
 * @param shape the members of an object, or of each in a list of them; null for other kinds
 * @param choices the values of a {@link Kind#WORD}; otherwise empty
 * @param description for the OpenAPI document
 * @param formerName of a request: accepted until 0.3; null for none
 */
public record JsonField(
        String name,
        Kind kind,
        boolean required,
        JsonShape shape,
        List<String> choices,
        String description,
        String formerName) {

    /** The type of a member. Optional members may be null, which is the same as absent. */
    public enum Kind {
        TEXT("a string"),
        WORD("one of the values"),
        WHOLE("a whole number from 0 to 2000000000"),
        NUMBER("a number of 0 or more"),
        FLAG("true or false"),
        TIME("a time such as 2026-12-31T23:59:59Z"),
        DURATION("a duration such as 90s, 30m, 24h or 7d"),
        TEXTS("a list of strings"),
        PAIRS("an object of strings"),
        OBJECT("an object"),
        COUNT("a whole number of 0 or more"),
        LIST("a list of objects"),
        ANY("any value");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }
    }

    public static JsonField of(String name, Kind kind, String description) {
        return new JsonField(name, kind, false, null, List.of(), description, null);
    }

    public static JsonField word(String name, List<String> choices, String description) {
        return new JsonField(name, Kind.WORD, false, null, choices, description, null);
    }

    public static JsonField object(String name, JsonShape shape, String description) {
        return new JsonField(name, Kind.OBJECT, false, shape, List.of(), description, null);
    }

    /** A member that every response has. */
    public static JsonField always(String name, Kind kind, String description) {
        return of(name, kind, description).asRequired();
    }

    /** A list that every response has. */
    public static JsonField list(String name, JsonShape shape, String description) {
        return new JsonField(name, Kind.LIST, true, shape, List.of(), description, null);
    }

    /** One of some values, in every response. */
    public static JsonField oneOf(String name, String... choices) {
        return word(name, List.of(choices), "").asRequired();
    }

    public JsonField asRequired() {
        return new JsonField(name, kind, true, shape, choices, description, formerName);
    }

    public JsonField asOptional() {
        return new JsonField(name, kind, false, shape, choices, description, formerName);
    }

    /** The same member of a request, also accepted under its former name. */
    public JsonField formerly(String former) {
        return new JsonField(name, kind, required, shape, choices, description, former);
    }

    String expected() {
        return kind == Kind.WORD ? "one of " + String.join(", ", choices) : kind.expected;
    }
}
