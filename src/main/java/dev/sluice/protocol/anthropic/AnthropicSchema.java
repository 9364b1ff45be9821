package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.Map;
import java.util.Set;

/**
 * A JSON Schema in the part of the language that Anthropic takes for structured output and strict tools. A keyword that
 * Anthropic refuses moves into the description, where the model still reads it, and is recorded as dropped. Source of
 * the keywords: {@code transformJSONSchema} of Anthropic's SDKs, version 1.14.
 */
final class AnthropicSchema {

    private static final Set<String> FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid");

    /** Keywords that constrain nothing. */
    private static final Set<String> ANNOTATIONS = Set.of("$schema", "$id", "$comment");

    private static final String OLD_DEFINITIONS = "#/definitions/";
    private static final String DEFINITIONS = "#/$defs/";

    private final String name;
    private final DroppedParameters dropped;
    private boolean expressible = true;

    private AnthropicSchema(String name, DroppedParameters dropped) {
        this.name = name;
        this.dropped = dropped;
    }

    /**
     * @param name the client's name of the parameter that has the schema
     * @return null when the schema cannot be expressed: it allows values of any type, or members of any name
     */
    static ObjectNode rewrite(JsonNode schema, String name, DroppedParameters dropped) {
        DroppedParameters changes = new DroppedParameters();
        AnthropicSchema rewriting = new AnthropicSchema(name, changes);
        ObjectNode written = rewriting.node(schema);
        if (!rewriting.expressible) {
            return null;
        }
        dropped.addAll(changes);
        return written;
    }

    private ObjectNode node(JsonNode schema) {
        ObjectNode written = Json.object();
        if (!schema.isObject()) {
            expressible = false;
            return written;
        }
        ObjectNode described = Json.object();
        String type = type(schema);
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            if (!ANNOTATIONS.contains(member.getKey()) && !keyword(member.getKey(), member.getValue(), type, written)) {
                described.set(member.getKey(), member.getValue());
            }
        }
        if (type == null) {
            expressible &= written.has("$ref")
                    || written.has("anyOf")
                    || written.has("allOf")
                    || written.has("enum")
                    || written.has("const");
        } else if (!written.has("type")) {
            written.put("type", type);
        }
        if ("object".equals(type) || listsObject(schema.path("type"))) {
            closed(schema, written);
        }
        describe(described, written);
        return written;
    }

    /** The type, also where it is only implied; null when there is none. */
    private static String type(JsonNode schema) {
        JsonNode type = schema.get("type");
        if (type != null) {
            return type.isTextual() ? type.textValue() : "";
        }
        return schema.has("properties") ? "object" : schema.has("items") ? "array" : null;
    }

    /** Whether the type is a list such as {@code ["object", "null"]}. */
    private static boolean listsObject(JsonNode types) {
        for (JsonNode type : types) {
            if ("object".equals(type.textValue())) {
                return true;
            }
        }
        return false;
    }

    /** @return false when Anthropic does not take the keyword with this value */
    private boolean keyword(String keyword, JsonNode value, String type, ObjectNode written) {
        switch (keyword) {
            case "type", "title", "description" -> written.set(keyword, value);
            case "enum" -> {
                if (!scalars(value)) {
                    return false;
                }
                written.set(keyword, value);
            }
            case "const" -> {
                if (value.isContainerNode()) {
                    return false;
                }
                written.set(keyword, value);
            }
            case "$ref" -> written.put(keyword, value.asText().replace(OLD_DEFINITIONS, DEFINITIONS));
            case "$defs", "definitions" -> members(value, written.withObjectProperty("$defs"));
            case "anyOf", "oneOf" -> alternatives(value, written.withArrayProperty("anyOf"));
            case "allOf" -> alternatives(value, written.putArray(keyword));
            case "properties" -> members(value, written.putObject(keyword));
            case "required" -> written.set(keyword, value);
            case "additionalProperties" -> {}
            case "items" -> written.set(keyword, node(value));
            case "minItems" -> {
                if (value.asInt() > 1) {
                    return false;
                }
                written.set(keyword, value);
            }
            case "format" -> {
                if (!"string".equals(type) || !FORMATS.contains(value.asText())) {
                    return false;
                }
                written.set(keyword, value);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void members(JsonNode schemas, ObjectNode written) {
        schemas.properties().forEach(member -> written.set(member.getKey(), node(member.getValue())));
    }

    private void alternatives(JsonNode schemas, ArrayNode written) {
        schemas.forEach(schema -> written.add(node(schema)));
    }

    /** Anthropic takes only objects whose members are all named. */
    private void closed(JsonNode schema, ObjectNode written) {
        JsonNode others = schema.get("additionalProperties");
        boolean named = written.path("properties").size() > 0;
        boolean described = others != null && others.isObject() && !others.isEmpty();
        if (described || !named && others != null && !(others.isBoolean() && !others.booleanValue())) {
            expressible = false;
        }
        if (!written.has("properties")) {
            written.putObject("properties");
        }
        written.put("additionalProperties", false);
        if (others == null || !others.isBoolean() || others.booleanValue()) {
            dropped.adjusted(name + ".additionalProperties", false);
        }
    }

    private void describe(ObjectNode described, ObjectNode written) {
        if (described.isEmpty()) {
            return;
        }
        described.fieldNames().forEachRemaining(keyword -> dropped.dropped(name + "." + keyword));
        String description = written.path("description").asText("");
        written.put("description", description.isEmpty() ? described.toString() : description + "\n\n" + described);
    }

    private static boolean scalars(JsonNode values) {
        for (JsonNode value : values) {
            if (value.isContainerNode()) {
                return false;
            }
        }
        return values.isArray() && !values.isEmpty();
    }
}
