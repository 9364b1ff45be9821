package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.Json;

/** Reads the members of a client's JSON. A member that is missing or has the wrong type is rejected with its path. */
final class AnthropicFields {

    private AnthropicFields() {}

    /** A required string. */
    static String requiredText(JsonNode object, String name, String path) {
        JsonNode value = required(object, name, path);
        if (!value.isTextual()) {
            throw invalidType(child(path, name), "a string");
        }
        return value.textValue();
    }

    /** A string, or null when it is absent or null. */
    static String optionalText(JsonNode object, String name, String path) {
        return Json.present(object, name) == null ? null : requiredText(object, name, path);
    }

    /** A required object. */
    static JsonNode requiredObject(JsonNode object, String name, String path) {
        return asObject(required(object, name, path), child(path, name));
    }

    /** An object, or null when it is absent or null. */
    static JsonNode optionalObject(JsonNode object, String name, String path) {
        return Json.present(object, name) == null ? null : requiredObject(object, name, path);
    }

    /** A boolean; false when it is absent or null. */
    static boolean flag(JsonNode object, String name, String path) {
        JsonNode value = Json.present(object, name);
        if (value != null && !value.isBoolean()) {
            throw invalidType(child(path, name), "a boolean");
        }
        return value != null && value.booleanValue();
    }

    static JsonNode required(JsonNode object, String name, String path) {
        JsonNode value = Json.present(object, name);
        if (value == null) {
            String missing = child(path, name);
            throw new GatewayException(GatewayError.invalid(
                    "Missing required parameter: '" + missing + "'.", missing, "missing_required_parameter"));
        }
        return value;
    }

    static JsonNode asObject(JsonNode value, String path) {
        if (!value.isObject()) {
            throw invalidType(path, "an object");
        }
        return value;
    }

    static JsonNode asArray(JsonNode value, String path) {
        if (!value.isArray()) {
            throw invalidType(path, "an array");
        }
        return value;
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** @param expected never the value found: it may be part of a prompt */
    static GatewayException invalidType(String path, String expected) {
        return new GatewayException(GatewayError.invalid(
                "Invalid type for '" + path + "': expected " + expected + ".", path, "invalid_type"));
    }

    static GatewayException invalidValue(String path, String expected) {
        return new GatewayException(
                GatewayError.invalid("Invalid '" + path + "': expected " + expected + ".", path, "invalid_value"));
    }
}
