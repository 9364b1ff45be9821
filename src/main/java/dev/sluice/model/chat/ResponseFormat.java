package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The format required of the response text.
 *
 * @param name with a schema, else null
 * @param schema with {@link Kind#JSON_SCHEMA} only
 * @param strict null when not given
 */
public record ResponseFormat(Kind kind, String name, String description, JsonNode schema, Boolean strict) {

    public static final ResponseFormat TEXT = new ResponseFormat(Kind.TEXT, null, null, null, null);
    public static final ResponseFormat JSON_OBJECT = new ResponseFormat(Kind.JSON_OBJECT, null, null, null, null);

    /** The name, which some formats require: {@code answer} when the client gave none. */
    public String nameOrDefault() {
        return name == null ? "answer" : name;
    }

    /** The kinds of format. */
    public enum Kind {
        TEXT,
        JSON_OBJECT,
        JSON_SCHEMA
    }
}
