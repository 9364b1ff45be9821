package dev.sluice.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Validates values by the subset of JSON Schema that our documents use; undeclared members are violations. */
final class SchemaViolations {

    private static final Set<String> KNOWN = Set.of(
            "$ref",
            "anyOf",
            "type",
            "enum",
            "required",
            "properties",
            "additionalProperties",
            "items",
            "minimum",
            "maximum",
            "format",
            "pattern",
            "description");

    private final JsonObject document;
    private final List<String> found = new ArrayList<>();

    private SchemaViolations(JsonObject document) {
        this.document = document;
    }

    /** @param document the document that references point into */
    static List<String> of(Object value, JsonObject schema, JsonObject document) {
        SchemaViolations faults = new SchemaViolations(document);
        faults.check(value, schema, "response");
        return faults.found;
    }

    private void check(Object value, JsonObject schema, String at) {
        schema.fieldNames().stream()
                .filter(word -> !KNOWN.contains(word))
                .forEach(word -> found.add(at + ": its schema says " + word + ", which this test cannot read"));
        if (schema.containsKey("$ref")) {
            String name = schema.getString("$ref").replace("#/components/schemas/", "");
            check(
                    value,
                    document.getJsonObject("components")
                            .getJsonObject("schemas")
                            .getJsonObject(name),
                    at);
        } else if (schema.containsKey("anyOf")) {
            anyOf(value, schema.getJsonArray("anyOf"), at);
        } else if (schema.containsKey("type") && !types(schema).contains(type(value))) {
            found.add(at + ": is " + type(value) + " (declared: " + types(schema) + ")");
        } else {
            narrow(value, schema, at);
        }
    }

    private void anyOf(Object value, JsonArray schemas, String at) {
        List<String> all = new ArrayList<>();
        for (Object each : schemas) {
            SchemaViolations faults = new SchemaViolations(document);
            faults.check(value, (JsonObject) each, at);
            if (faults.found.isEmpty()) {
                return;
            }
            all.addAll(faults.found);
        }
        found.addAll(all);
    }

    private void narrow(Object value, JsonObject schema, String at) {
        if (schema.containsKey("enum") && !schema.getJsonArray("enum").contains(value)) {
            found.add(at + ": is " + value + " (declared: " + schema.getJsonArray("enum") + ")");
        }
        if (value instanceof JsonObject object && schema.containsKey("type")) {
            members(object, schema, at);
        } else if (value instanceof JsonArray array && schema.containsKey("items")) {
            for (int i = 0; i < array.size(); i++) {
                check(array.getValue(i), schema.getJsonObject("items"), at + "[" + i + "]");
            }
        } else if (value instanceof Number number) {
            bounds(number.doubleValue(), schema, at);
        } else if (value instanceof String text && "date-time".equals(schema.getString("format"))) {
            time(text, at);
        }
    }

    private void bounds(double number, JsonObject schema, String at) {
        if (number < schema.getDouble("minimum", Double.NEGATIVE_INFINITY)
                || number > schema.getDouble("maximum", Double.POSITIVE_INFINITY)) {
            found.add(at + ": is out of bounds: " + number);
        }
    }

    private void members(JsonObject object, JsonObject schema, String at) {
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        Object others = schema.getValue("additionalProperties");
        object.forEach(member -> {
            JsonObject declared =
                    properties.getJsonObject(member.getKey(), others instanceof JsonObject other ? other : null);
            if (declared == null) {
                found.add(at + "." + member.getKey() + ": is not declared");
            } else {
                check(member.getValue(), declared, at + "." + member.getKey());
            }
        });
        schema.getJsonArray("required", new JsonArray()).stream()
                .filter(name -> !object.containsKey((String) name))
                .forEach(name -> found.add(at + "." + name + ": is missing"));
    }

    private void time(String text, String at) {
        try {
            Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            found.add(at + ": is no time: " + text);
        }
    }

    private static Set<Object> types(JsonObject schema) {
        return schema.getValue("type") instanceof JsonArray several
                ? Set.copyOf(withIntegers(several.getList()))
                : Set.copyOf(withIntegers(List.of(schema.getString("type"))));
    }

    /** An integer is a number. */
    private static List<Object> withIntegers(List<?> types) {
        List<Object> all = new ArrayList<>(types);
        if (types.contains("number")) {
            all.add("integer");
        }
        return all;
    }

    private static String type(Object value) {
        return switch (value) {
            case null -> "null";
            case JsonObject object -> "object";
            case JsonArray array -> "array";
            case String text -> "string";
            case Boolean flag -> "boolean";
            case Integer number -> "integer";
            case Long number -> "integer";
            default -> "number";
        };
    }
}
