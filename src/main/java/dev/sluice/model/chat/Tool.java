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
     * @param declaration how the client declared it, or null for a plain function
     */
    record Function(
            String name, String description, JsonNode schema, Boolean strict, JsonNode cache, Declaration declaration)
            implements Tool {

        /** A plain function. */
        public Function(String name, String description, JsonNode schema, Boolean strict, JsonNode cache) {
            this(name, description, schema, strict, cache, null);
        }

        public Function renamed(String newName) {
            return new Function(newName, description, schema, strict, cache, declaration);
        }
    }

    /** A tool of one wire format that no other format has an equivalent for, such as a hosted search. */
    record Native(String protocol, String type, JsonNode raw) implements Tool {}

    /**
     * The client's own declaration of a tool that other formats know only as a function: a response to the client calls
     * the tool as it was declared here.
     *
     * @param namespace the namespace that the tool belongs to, or null
     * @param name the client's name, unique within the namespace
     * @param protocol name of the client's wire format
     * @param raw the JSON of the declaration; of a namespace the whole one
     * @param listed whether the request's {@code tools} have it; else it came with a message
     */
    record Declaration(Kind kind, String namespace, String name, String protocol, JsonNode raw, boolean listed) {

        public boolean custom() {
            return kind == Kind.CUSTOM;
        }
    }

    /** The kinds of declared tools. */
    enum Kind {
        FUNCTION,
        /** Takes free text instead of JSON arguments. As a function it has one string parameter, {@code input}. */
        CUSTOM,
        /** Searches the client's deferred tools. The client runs it. */
        SEARCH
    }
}
