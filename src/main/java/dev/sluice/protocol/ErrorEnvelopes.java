package dev.sluice.protocol;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.anthropic.AnthropicErrors;
import dev.sluice.protocol.gemini.GeminiErrors;
import dev.sluice.protocol.openai.OpenAiErrors;

/**
 * The error envelope of a response that is written before a handler knows the client's format. It is chosen by the
 * path; on the paths of model lists, which several APIs share, by a header that marks the client.
 */
public enum ErrorEnvelopes {
    OPENAI,
    ANTHROPIC,
    GOOGLE;

    private static final String MESSAGES = "/v1/messages";
    private static final String MODELS = "/v1/models";
    private static final String GOOGLE_PREFIX = "/v1beta/";

    /**
     * The envelope that the client reads.
     *
     * @param path of the request, as far as it could be read; may be null
     * @param anthropicVersion the request's {@code anthropic-version}, or null
     * @param googleKey the request's {@code x-goog-api-key}, or null
     */
    public static ErrorEnvelopes of(String path, String anthropicVersion, String googleKey) {
        if (path == null) {
            return OPENAI;
        }
        if (path.startsWith(MESSAGES)
                && (path.length() == MESSAGES.length() || path.charAt(MESSAGES.length()) == '/')) {
            return ANTHROPIC;
        }
        if (path.startsWith(GOOGLE_PREFIX)) {
            return GOOGLE;
        }
        if (!path.startsWith(MODELS)) {
            return OPENAI;
        }
        if (anthropicVersion != null) {
            return ANTHROPIC;
        }
        return googleKey != null || path.endsWith("enerateContent") || path.endsWith(":countTokens") ? GOOGLE : OPENAI;
    }

    public ByteSlice body(GatewayError error, String requestId) {
        return switch (this) {
            case OPENAI -> OpenAiErrors.body(error);
            case ANTHROPIC -> AnthropicErrors.body(error, requestId);
            case GOOGLE -> GeminiErrors.body(error);
        };
    }
}
