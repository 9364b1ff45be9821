package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;

/**
 * The arguments of a tool call: text in OpenAI's formats, where a model may write anything or be cut, and an object in
 * those of Anthropic and Gemini.
 */
public final class CallArguments {

    private static final String RAW = "_raw";

    private CallArguments() {}

    /** The arguments as an object. A text that is none is kept as a whole in {@code _raw}. */
    public static JsonNode object(String arguments) {
        JsonNode object = read(arguments);
        return object == null ? raw(arguments) : object;
    }

    /**
     * As {@link #object(String)}, of a call in the history: refused, the conversation could never continue.
     *
     * @param dropped gets an entry where the text is no object
     */
    public static JsonNode object(String arguments, DroppedParameters dropped) {
        JsonNode object = read(arguments);
        if (object != null) {
            return object;
        }
        dropped.adjusted("messages.tool_calls.arguments", RAW);
        return raw(arguments);
    }

    private static JsonNode read(String arguments) {
        JsonNode tree = arguments.isBlank() ? Json.object() : Json.readOrNull(arguments);
        return tree != null && tree.isObject() ? tree : null;
    }

    private static ObjectNode raw(String arguments) {
        return Json.object().put(RAW, arguments);
    }
}
