package dev.sluice.protocol.gemini;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.request.RequestErrors;

/** Errors of requests to and responses from Gemini. */
final class GeminiErrors {

    private GeminiErrors() {}

    static GatewayException unsupported(String param, String why) {
        return RequestErrors.unsupported(param, "is not supported by Gemini: " + why);
    }

    /** The prompt was blocked, so there is no response. */
    static GatewayError blocked(String reason) {
        return GatewayError.of(Kind.CONTENT_FILTER, "the provider blocked the prompt: " + reason);
    }
}
