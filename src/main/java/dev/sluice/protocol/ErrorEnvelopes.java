package dev.sluice.protocol;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.anthropic.AnthropicErrors;
import dev.sluice.protocol.openai.OpenAiErrors;

/**
 * The error envelope of a response that is written before a handler knows the client's format. It is chosen by the
 * path.
 */
public final class ErrorEnvelopes {

    private static final String ANTHROPIC = "/v1/messages";

    private static final String MODELS = "/v1/models";

    private ErrorEnvelopes() {}

    /**
     * Whether the client reads Anthropic's errors.
     *
     * @param path of the request, as far as it could be read; may be null
     * @param version the request's {@code anthropic-version}, null when it has none. On a path that OpenAI's and
     *     Anthropic's APIs share, it marks an Anthropic client
     */
    public static boolean isAnthropic(String path, String version) {
        return isAnthropic(path) || version != null && path != null && path.startsWith(MODELS);
    }

    /** @param anthropic as {@link #isAnthropic(String, String)} */
    public static ByteSlice body(boolean anthropic, GatewayError error, String requestId) {
        return anthropic ? AnthropicErrors.body(error, requestId) : OpenAiErrors.body(error);
    }

    private static boolean isAnthropic(String path) {
        return path != null
                && path.startsWith(ANTHROPIC)
                && (path.length() == ANTHROPIC.length() || path.charAt(ANTHROPIC.length()) == '/');
    }
}
