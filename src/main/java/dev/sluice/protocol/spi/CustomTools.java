package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Tool;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;

/**
 * Maps OpenAI's custom tools, which take free text, to functions with one string parameter, and the text to the
 * arguments of such a function.
 */
public final class CustomTools {

    /** The arguments' JSON before and after the text, without the text's own quotes. */
    public static final String OPENING = "{\"input\":\"";

    public static final String CLOSING = "\"}";

    private static final String INPUT = "input";

    private CustomTools() {}

    /**
     * The function for a custom tool. A grammar cannot be enforced there, so the description states it.
     *
     * @param description the tool's own, or null
     * @param grammar the grammar object with {@code syntax} and {@code definition}, or null for any text
     */
    public static Tool.Function function(
            String name, String description, JsonNode grammar, JsonNode cache, Tool.Declaration declaration) {
        StringBuilder text = new StringBuilder(description == null ? "" : description);
        String definition = grammar == null ? null : Json.textAt(grammar, "definition");
        if (definition != null) {
            String syntax = Json.textAt(grammar, "syntax");
            text.append(text.isEmpty() ? "" : "\n\n")
                    .append("The whole text of \"input\" must match this ")
                    .append(syntax == null ? "" : syntax + " ")
                    .append("grammar:\n")
                    .append(definition);
        }
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties")
                .putObject(INPUT)
                .put("type", "string")
                .put("description", "The input of the tool as plain text.");
        schema.putArray("required").add(INPUT);
        schema.put("additionalProperties", false);
        return new Tool.Function(name, text.isEmpty() ? null : text.toString(), schema, null, cache, declaration);
    }

    /** The arguments of the function for a custom tool's text. */
    public static String arguments(String input) {
        return OPENING + escaped(input) + CLOSING;
    }

    /** A piece of the text as it is written inside the arguments' JSON string. */
    public static String escaped(String piece) {
        String quoted = JsonText.quote(piece);
        return quoted.substring(1, quoted.length() - 1);
    }

    /**
     * The custom tool's text in the arguments of its function. Models that do not follow the schema write the text
     * under another name, as a JSON string, or without JSON at all.
     */
    public static String input(String arguments) {
        JsonNode tree = arguments.isBlank() ? Json.object() : Json.readOrNull(arguments);
        if (tree == null) {
            CustomInputReader cut = new CustomInputReader();
            String received = cut.add(arguments);
            return cut.opened() ? received : arguments;
        }
        if (tree.isTextual()) {
            return tree.textValue();
        }
        if (!tree.isObject()) {
            return arguments;
        }
        String input = Json.textAt(tree, INPUT);
        if (input == null && tree.size() == 1 && tree.elements().next().isTextual()) {
            return tree.elements().next().textValue();
        }
        return input != null ? input : tree.isEmpty() ? "" : arguments;
    }
}
