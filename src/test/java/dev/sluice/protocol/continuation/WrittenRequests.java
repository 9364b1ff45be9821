package dev.sluice.protocol.continuation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;

/** Reads the JSON of written requests. */
final class WrittenRequests {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private WrittenRequests() {}

    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    static String text(String literal) {
        return tree(literal).textValue();
    }

    /** The assistant message after the client's messages. Without prefill, a user message follows it. */
    static String assistant(String messages, boolean prefill) {
        JsonNode turns = tree(messages);
        String roles = String.join(" ", turns.findValuesAsText("role"));
        if (!roles.equals(prefill ? "user assistant" : "user assistant user")) {
            throw new AssertionError("roles: " + roles);
        }
        return turns.get(1).get("content").textValue();
    }
}
