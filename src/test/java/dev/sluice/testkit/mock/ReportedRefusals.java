package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Refusals of the real APIs that gateways and agents met, as public bug reports of 2025 and 2026 quote them. Each
 * method returns the provider's words, or null. Sources of the rules: OpenAI, structured outputs and API reference;
 * Anthropic, structured outputs and errors; Google, Schema of the Gemini API; Cohere, Chat.
 */
final class ReportedRefusals {

    private static final int LONGEST_IDENTIFIER = 64;
    private static final int MOST_TOOLS = 128;

    /** Anthropic's structured outputs do not compile these. */
    private static final List<String> UNSUPPORTED_BY_ANTHROPIC = List.of(
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "maxItems",
            "uniqueItems");

    private static final Set<String> GEMINI_TYPES =
            Set.of("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL");

    private ReportedRefusals() {}

    /** Of both of OpenAI's conversation APIs. */
    static String lengths(JsonObject body) {
        for (String name : List.of("user", "safety_identifier", "prompt_cache_key")) {
            if (body.getValue(name) instanceof String text && text.length() > LONGEST_IDENTIFIER) {
                return "Invalid '" + name + "': string too long. Expected a string with maximum length 64, but got a"
                        + " string with length " + text.length() + " instead.";
            }
        }
        if (body.getValue("tools") instanceof JsonArray tools && tools.size() > MOST_TOOLS) {
            return "Invalid 'tools': array too long. Expected an array with maximum length 128.";
        }
        return null;
    }

    /**
     * @param model null if the request names none
     * @param limit what the request may produce, or null
     */
    static String outputLimit(String model, Object limit) {
        String name = model == null ? "" : model;
        int most = name.startsWith("gpt-4o") ? 16_384 : name.startsWith("gpt-4.1") ? 32_768 : Integer.MAX_VALUE;
        return limit instanceof Number number && number.longValue() > most
                ? "max_tokens is too large: " + number + ". This model supports at most " + most + " completion tokens."
                : null;
    }

    /** @param at the item or message */
    static String idTooLong(String id, String at) {
        return id != null && id.length() > LONGEST_IDENTIFIER
                ? "Invalid '" + at + "': string too long. Expected a string with maximum length 64, but got a string"
                        + " with length " + id.length() + " instead."
                : null;
    }

    /** Of a function at OpenAI, strict or not. */
    static String functionSchema(String name, JsonObject parameters, boolean strict) {
        if (parameters.isEmpty()) {
            return null;
        }
        String type = String.valueOf(parameters.getValue("type"));
        if (!type.equals("object")) {
            return "Invalid schema for function '" + name + "': schema must be a JSON Schema of 'type: \"object\"', got"
                    + " 'type: \"" + type + "\"'.";
        }
        if (!parameters.containsKey("properties")) {
            return "Invalid schema for function '" + name + "': In context=(), object schema missing properties.";
        }
        return strict ? strictSchema(parameters, name) : null;
    }

    /** What OpenAI requires of strict schemas, at all levels. */
    static String strictSchema(JsonObject schema, String at) {
        JsonObject properties = Json.in(schema, "properties");
        if ("object".equals(schema.getValue("type")) || !properties.isEmpty()) {
            if (!Boolean.FALSE.equals(schema.getValue("additionalProperties"))) {
                return "Invalid schema: In context=" + at
                        + ", 'additionalProperties' is required to be supplied and to be false.";
            }
            for (String name : properties.fieldNames()) {
                if (!Json.strings(schema.getValue("required")).contains(name)) {
                    return "Invalid schema: In context=" + at + ", 'required' is required to be supplied and to be an"
                            + " array including every key in properties. Missing '" + name + "'.";
                }
            }
        }
        return within(schema, at, ReportedRefusals::strictSchema);
    }

    /** What Anthropic requires of the schema of a response and of a strict tool. */
    static String anthropicSchema(JsonObject schema, String at) {
        if (("object".equals(schema.getValue("type")) || schema.containsKey("properties"))
                && !Boolean.FALSE.equals(schema.getValue("additionalProperties"))) {
            return at + ": For 'object' type, 'additionalProperties' must be explicitly set to false";
        }
        for (String keyword : UNSUPPORTED_BY_ANTHROPIC) {
            if (schema.containsKey(keyword)) {
                return at + ": For '" + schema.getValue("type") + "' type, property '" + keyword + "' is not supported";
            }
        }
        return within(schema, at, ReportedRefusals::anthropicSchema);
    }

    /** Of any tool at Anthropic. */
    static String unionAtTheTop(JsonObject schema, String at) {
        return schema.containsKey("oneOf") || schema.containsKey("anyOf") || schema.containsKey("allOf")
                ? at + ": input_schema does not support oneOf, allOf, or anyOf at the top level"
                : null;
    }

    /** What Google's own schema refuses besides unknown members. */
    static String geminiSchema(JsonObject schema) {
        Object named = schema.getValue("type");
        String type = named instanceof String text ? text.toUpperCase(Locale.ROOT) : "";
        if (!type.isEmpty() && !GEMINI_TYPES.contains(type)) {
            return "Invalid value at 'type' (type.googleapis.com/google.ai.generativelanguage.v1beta.Type), \"" + named
                    + "\"";
        }
        List<String> values = Json.strings(schema.getValue("enum"));
        if (schema.getValue("enum") instanceof JsonArray all
                && (!type.equals("STRING") || values.size() != all.size() || values.contains(""))) {
            return "enum: only allowed for STRING type, and values cannot be empty";
        }
        if (type.equals("STRING")
                && schema.containsKey("format")
                && !Set.of("enum", "date-time").contains(schema.getString("format"))) {
            return "format: only 'enum' and 'date-time' are supported for STRING type";
        }
        if (type.equals("ARRAY") && !schema.containsKey("items")) {
            return "* items: missing field.";
        }
        JsonObject properties = Json.in(schema, "properties");
        for (String name : Json.strings(schema.getValue("required"))) {
            if (!properties.containsKey(name)) {
                return "required[0]: property is not defined";
            }
        }
        return null;
    }

    /** @return the first name that is there twice, or null */
    static String twice(List<String> names) {
        Set<String> seen = new HashSet<>();
        return names.stream().filter(name -> !seen.add(name)).findFirst().orElse(null);
    }

    /** A rule for a schema and for where it is. */
    private interface SchemaRule {
        String refusal(JsonObject schema, String at);
    }

    private static String within(JsonObject schema, String at, SchemaRule rule) {
        for (String maps : List.of("properties", "$defs")) {
            JsonObject named = Json.in(schema, maps);
            for (String name : named.fieldNames()) {
                String refusal = rule.refusal(Json.in(named, name), at + "." + name);
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        if (schema.getValue("items") instanceof JsonObject items) {
            String refusal = rule.refusal(items, at + ".items");
            if (refusal != null) {
                return refusal;
            }
        }
        for (JsonObject alternative : Json.objects(schema, "anyOf")) {
            String refusal = rule.refusal(alternative, at);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }
}
