package dev.sluice.protocol.gemini;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.error.UpstreamErrors;

/** Errors of requests to and responses from Gemini. */
final class GeminiErrors {

    private GeminiErrors() {}

    static GatewayException invalid(String param, String expected) {
        return new GatewayException(
                GatewayError.invalid("Invalid '" + param + "': expected " + expected + ".", param, "invalid_value"));
    }

    static GatewayException unsupported(String param, String why) {
        return new GatewayException(
                GatewayError.of(Kind.UNSUPPORTED, "'" + param + "' is not supported by Gemini: " + why)
                        .withParam(param));
    }

    static GatewayException malformed(String what) {
        return new GatewayException(malformedResponse(what));
    }

    static GatewayError malformedResponse(String what) {
        return UpstreamErrors.malformed(what);
    }

    /** The prompt was blocked, so there is no response. */
    static GatewayError blocked(String reason) {
        return GatewayError.of(Kind.CONTENT_FILTER, "the provider blocked the prompt: " + reason);
    }
}
