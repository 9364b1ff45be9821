package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;

/** Errors for invalid client requests, with OpenAI's wording and the path of the field. */
final class ResponsesErrors {

    private ResponsesErrors() {}

    static GatewayException wrongType(String path, String expected) {
        return new GatewayException(GatewayError.invalid(
                "Invalid type for '" + path + "': expected " + expected + ".", path, "invalid_type"));
    }

    static GatewayException invalidValue(String path, String expected) {
        return new GatewayException(GatewayError.invalid(
                "Invalid value for '" + path + "': expected " + expected + ".", path, "invalid_value"));
    }

    static GatewayException missing(String path) {
        return new GatewayException(GatewayError.invalid(
                "Missing required parameter: '" + path + "'.", path, "missing_required_parameter"));
    }

    /** For a feature that another target may support: one that uses this format natively, or stores responses. */
    static GatewayException unsupported(String path, String why) {
        return new GatewayException(GatewayError.of(GatewayError.Kind.UNSUPPORTED, "'" + path + "' " + why)
                .withParam(path));
    }

    static JsonNode object(JsonNode value, String path) {
        if (value == null || !value.isObject()) {
            throw wrongType(path, "an object");
        }
        return value;
    }

    /** A required string member. */
    static String text(JsonNode object, String member, String path) {
        String text = optionalText(object, member, path);
        if (text == null) {
            throw missing(path + "." + member);
        }
        return text;
    }

    /** A string member, or null when it is absent or null. */
    static String optionalText(JsonNode object, String member, String path) {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrongType(path + "." + member, "a string");
        }
        return value.textValue();
    }
}
