package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;

/** A tool that the model may call. */
public sealed interface Tool {

    /**
     * A client's function.
     *
     * @param description or null
     * @param schema JSON Schema of its arguments, or null for none
     * @param strict null when not given
     * @param cache the client's mark for the prompt cache, or null
     */
    record Function(String name, String description, JsonNode schema, Boolean strict, JsonNode cache) implements Tool {}

    /** A tool of one wire format that is not a plain function: hosted search, custom grammars. */
    record Native(String protocol, String type, JsonNode raw) implements Tool {}
}
