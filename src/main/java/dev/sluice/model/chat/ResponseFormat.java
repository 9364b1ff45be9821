package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The form the answer's text must have.
 *
 * @param name with a schema, else null
 * @param schema with {@link Kind#JSON_SCHEMA} only
 * @param strict null when the client did not say
 */
public record ResponseFormat(Kind kind, String name, String description, JsonNode schema, Boolean strict) {

    public static final ResponseFormat TEXT = new ResponseFormat(Kind.TEXT, null, null, null, null);
    public static final ResponseFormat JSON_OBJECT = new ResponseFormat(Kind.JSON_OBJECT, null, null, null, null);

    /** How much is asked of the form. */
    public enum Kind {
        TEXT,
        JSON_OBJECT,
        JSON_SCHEMA
    }
}
