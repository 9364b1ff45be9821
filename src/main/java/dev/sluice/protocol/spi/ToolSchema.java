package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The schema of a tool's arguments as Anthropic and OpenAI take it: an object with {@code properties}, without a
 * reference or alternatives at the top. Both refuse the whole request otherwise ("input_schema does not support oneOf,
 * allOf, or anyOf at the top level", "object schema missing properties").
 */
public final class ToolSchema {

    private static final List<String> COMBINATIONS = List.of("allOf", "anyOf", "oneOf");

    private ToolSchema() {}

    /**
     * The same schema where it is fit, else a copy: a reference at the top is resolved, the properties of alternatives
     * are merged into one object, and what is required by all of them stays required.
     *
     * @param schema null for a tool without arguments
     * @return null when the schema describes something other than an object
     */
    public static JsonNode object(JsonNode schema, DroppedParameters dropped) {
        if (schema == null || schema.isNull()) {
            return none();
        }
        if (!schema.isObject() || schema.has("type") && !"object".equals(Json.textAt(schema, "type"))) {
            return null;
        }
        if (schema.has("type")
                && schema.path("properties").isObject()
                && !schema.has("$ref")
                && COMBINATIONS.stream().noneMatch(schema::has)) {
            return schema;
        }
        ObjectNode written = Json.object().put("type", "object");
        written.setAll((ObjectNode) schema);
        resolve(schema, written);
        for (String combination : COMBINATIONS) {
            JsonNode schemas = written.remove(combination);
            if (schemas != null && schemas.isArray() && !schemas.isEmpty()) {
                merge(schemas, combination.equals("allOf"), schema, written);
                dropped.dropped("tools." + combination);
            }
        }
        if (!written.path("properties").isObject()) {
            written.putObject("properties");
        }
        return written;
    }

    /** The schema of a tool without arguments. */
    public static ObjectNode none() {
        ObjectNode empty = Json.object().put("type", "object");
        empty.putObject("properties");
        return empty;
    }

    /** Replaces a reference at the top by the definition it names; the definitions stay for references in it. */
    private static void resolve(JsonNode root, ObjectNode written) {
        JsonNode reference = written.remove("$ref");
        if (reference == null) {
            return;
        }
        JsonNode definition = definition(root, reference.asText());
        if (definition.isObject()) {
            definition.properties().forEach(member -> written.set(member.getKey(), member.getValue()));
        }
    }

    private static JsonNode definition(JsonNode root, String reference) {
        return root.at(reference.startsWith("#/") ? reference.substring(1) : "/$defs/" + reference);
    }

    /** @param all whether all the schemas apply, else one of them */
    private static void merge(JsonNode schemas, boolean all, JsonNode root, ObjectNode written) {
        ObjectNode properties = Json.object();
        Set<String> required = new LinkedHashSet<>();
        boolean first = true;
        for (JsonNode given : schemas) {
            JsonNode schema =
                    given.has("$ref") ? definition(root, given.path("$ref").asText()) : given;
            schema.path("properties")
                    .properties()
                    .forEach(member -> properties.putIfAbsent(member.getKey(), member.getValue()));
            Set<String> names = new LinkedHashSet<>();
            schema.path("required").forEach(name -> names.add(name.asText()));
            if (first || all) {
                required.addAll(names);
            } else {
                required.retainAll(names);
            }
            first = false;
        }
        // The object's own properties say more than those of one alternative.
        written.path("properties").properties().forEach(member -> properties.set(member.getKey(), member.getValue()));
        written.set("properties", properties);
        written.path("required").forEach(name -> required.add(name.asText()));
        written.remove("required");
        if (!required.isEmpty()) {
            required.forEach(written.putArray("required")::add);
        }
    }
}
