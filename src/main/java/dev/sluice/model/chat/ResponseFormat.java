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

    /**
     * The format as an instruction, for a provider that does not take it as a parameter.
     *
     * @param tools whether the model may call tools before
     */
    public String instruction(boolean tools) {
        String answer =
                tools ? "Call tools as you need them. When you call none, answer with one " : "Answer with one ";
        return kind == Kind.JSON_SCHEMA && schema != null
                ? answer + "JSON value that is valid under this JSON Schema, and nothing else: " + schema
                : answer + "JSON object and nothing else.";
    }

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
