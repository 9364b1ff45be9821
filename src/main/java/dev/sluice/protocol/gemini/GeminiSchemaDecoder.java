package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Turns Google's {@code Schema}, a subset of OpenAPI, into JSON Schema: types in lower case, {@code nullable} as a
 * type, numbers as numbers. A schema that is JSON Schema already stays the same; Gemini CLI writes types in upper case
 * there, too.
 */
final class GeminiSchemaDecoder {

    /** Names that JSON Schema lacks, without a meaning for other providers. */
    private static final Set<String> DROPPED = Set.of("propertyOrdering", "example", "nullable");

    private static final Map<String, String> RENAMED =
            Map.of("anyOf", "anyOf", "ref", "$ref", "defs", "$defs", "propertyOrdering", "propertyOrdering");

    private static final Set<String> TYPES =
            Set.of("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL", "TYPE_UNSPECIFIED");

    /** Google's int64, which its libraries may write as strings. */
    private static final Set<String> COUNTS =
            Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");

    private GeminiSchemaDecoder() {}

    static JsonNode decode(JsonNode schema) {
        return schema != null && schema.isObject() && isOpenApi(schema) ? schema((ObjectNode) schema) : schema;
    }

    private static boolean isOpenApi(JsonNode schema) {
        if (schema.isObject()) {
            for (Map.Entry<String, JsonNode> member : schema.properties()) {
                boolean type = member.getKey().equals("type")
                        && member.getValue().isTextual()
                        && TYPES.contains(member.getValue().textValue());
                boolean count = COUNTS.contains(GeminiValue.camel(member.getKey()))
                        && member.getValue().isTextual();
                if (type || count || member.getKey().equals("nullable") || isOpenApi(member.getValue())) {
                    return true;
                }
            }
        } else {
            for (JsonNode each : schema) {
                if (isOpenApi(each)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ObjectNode schema(ObjectNode schema) {
        ObjectNode decoded = Json.object();
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            String name = GeminiValue.camel(member.getKey());
            name = RENAMED.getOrDefault(name, name);
            if (!DROPPED.contains(name)) {
                JsonNode value = member.getValue();
                decoded.set(
                        name,
                        switch (name) {
                            case "type" -> type(value, schema);
                            case "properties", "$defs", "definitions", "patternProperties" -> each(value);
                            case "items", "additionalProperties", "not" -> below(value);
                            case "anyOf", "oneOf", "allOf", "prefixItems" -> list(value);
                            default -> COUNTS.contains(name) ? count(value) : value;
                        });
            }
        }
        if ("enum".equals(Json.textAt(decoded, "format"))) {
            decoded.remove("format");
        }
        return decoded;
    }

    private static JsonNode type(JsonNode type, ObjectNode schema) {
        if (!type.isTextual()) {
            return type;
        }
        JsonNode lower = Json.object().textNode(type.textValue().toLowerCase(Locale.ROOT));
        return schema.path("nullable").asBoolean(false)
                ? Json.array().add(lower).add("null")
                : lower;
    }

    private static JsonNode below(JsonNode schema) {
        return schema instanceof ObjectNode object ? schema(object) : schema;
    }

    private static JsonNode each(JsonNode schemas) {
        if (!schemas.isObject()) {
            return schemas;
        }
        ObjectNode decoded = Json.object();
        schemas.properties().forEach(member -> decoded.set(member.getKey(), below(member.getValue())));
        return decoded;
    }

    private static JsonNode list(JsonNode schemas) {
        if (!schemas.isArray()) {
            return schemas;
        }
        ArrayNode decoded = Json.array();
        schemas.forEach(schema -> decoded.add(below(schema)));
        return decoded;
    }

    private static JsonNode count(JsonNode value) {
        boolean digits = value.isTextual() && value.textValue().matches("\\d{1,9}");
        return digits ? Json.object().numberNode(Integer.parseInt(value.textValue())) : value;
    }
}
