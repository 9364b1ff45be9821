package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;

/** Chooses the envelope of an error where no handler knows the client's format yet. */
public final class ErrorBodies {

    private static final String ANTHROPIC = "/v1/messages";

    private ErrorBodies() {}

    /** @param path of the request, as far as it could be read; may be null */
    public static ByteSlice body(String path, GatewayError error, String requestId) {
        boolean anthropic = path != null
                && path.startsWith(ANTHROPIC)
                && (path.length() == ANTHROPIC.length() || path.charAt(ANTHROPIC.length()) == '/');
        return anthropic ? AnthropicErrors.body(error, requestId) : OpenAiErrors.body(error);
    }
}
