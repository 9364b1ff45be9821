package dev.sluice.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON nodes that the requests of all three APIs share. */
final class JsonNodes {

    static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    static final List<String> TOOLS = List.of("weather", "time");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** @param pairs names and values by turns; a value of null is left out */
    static ObjectNode obj(Object... pairs) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] != null) {
                object.set((String) pairs[i], MAPPER.valueToTree(pairs[i + 1]));
            }
        }
        return object;
    }

    static ArrayNode arr(JsonNode... elements) {
        return JsonNodeFactory.instance.arrayNode().addAll(List.of(elements));
    }

    /** Of one tool: an object with a city. */
    static ObjectNode parameters() {
        return obj("type", "object", "properties", obj("city", obj("type", "string")));
    }

    /** The schema of a structured response. */
    static ObjectNode schema() {
        return obj(
                "type",
                "object",
                "properties",
                obj("answer", obj("type", "string")),
                "required",
                List.of("answer"),
                "additionalProperties",
                false);
    }

    static List<JsonNode> with(List<JsonNode> before, List<JsonNode> more) {
        List<JsonNode> all = new ArrayList<>(before);
        all.addAll(more);
        return all;
    }

    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** The texts of one member of all elements. */
    static String joined(List<JsonNode> elements, String member) {
        return elements.stream().map(each -> each.path(member).asText("")).collect(Collectors.joining());
    }

    /** Arguments are compared as JSON, because their white space is not specified. */
    static String call(String name, String arguments) {
        try {
            return name + MAPPER.readTree(arguments);
        } catch (java.io.IOException malformed) {
            return name + " with broken arguments: " + arguments;
        }
    }

    static List<String> dropped(List<String> headers) {
        return headers.stream()
                .flatMap(line -> List.of(line.split(",")).stream())
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private JsonNodes() {}
}
