package dev.sluice.protocol.request;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;

/**
 * Errors of members of a client's request, in OpenAI's words. They name the member by its path and never quote the
 * value: it may be long or part of a prompt.
 */
public final class RequestErrors {

    private RequestErrors() {}

    public static GatewayException missing(String path) {
        return new GatewayException(GatewayError.invalid(
                "Missing required parameter: '" + path + "'.", path, "missing_required_parameter"));
    }

    public static GatewayException wrongType(String path, String expected) {
        return new GatewayException(GatewayError.invalid(
                "Invalid type for '" + path + "': expected " + expected + ".", path, "invalid_type"));
    }

    /** @param found the type of the value, such as {@code a string} */
    public static GatewayException wrongType(String path, String expected, String found) {
        return new GatewayException(GatewayError.invalid(
                "Invalid type for '" + path + "': expected " + expected + ", but got " + found + " instead.",
                path,
                "invalid_type"));
    }

    public static GatewayException invalidValue(String path, String expected) {
        return new GatewayException(GatewayError.invalid(
                "Invalid value for '" + path + "': expected " + expected + ".", path, "invalid_value"));
    }

    /** The member is valid, but this provider cannot serve it. Another target may. */
    public static GatewayException unsupported(String path, String why) {
        return new GatewayException(GatewayError.of(GatewayError.Kind.UNSUPPORTED, "'" + path + "' " + why)
                .withParam(path));
    }
}
