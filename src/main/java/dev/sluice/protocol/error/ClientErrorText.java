package dev.sluice.protocol.error;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import java.util.List;
import java.util.Locale;

/**
 * The message of an error in the words of the client's API, where clients look for words and not at the code: a prompt
 * that is too long ({@link ContextLengthText}) and a filtered one. The provider's own words follow. LiteLLM and the
 * tools built on it tell a filtered prompt from other invalid requests by these words only (its
 * {@code exception_mapping_utils}, 2026-11). Rate limits and spent quotas are recognized by type, code and status.
 */
public final class ClientErrorText {

    private static final String OPENAI_FILTERED =
            "Invalid prompt: your prompt was flagged as potentially violating our usage policy. ";
    private static final String ANTHROPIC_FILTERED = "Output blocked by content filtering policy. ";

    /** Messages with one of these are recognized as they are. */
    private static final List<String> OPENAI_WORDS =
            List.of("violating our usage policy", "as a result of the safety system", "content_policy_violation");

    private static final List<String> ANTHROPIC_WORDS = List.of("content filtering policy");

    private ClientErrorText() {}

    /** For Chat Completions, Responses and all other surfaces of OpenAI. */
    public static String openAi(GatewayError error) {
        return error.kind() == Kind.CONTENT_FILTER
                ? beginningWith(OPENAI_FILTERED, OPENAI_WORDS, error.message())
                : ContextLengthText.openAi(error);
    }

    public static String anthropic(GatewayError error) {
        return error.kind() == Kind.CONTENT_FILTER
                ? beginningWith(ANTHROPIC_FILTERED, ANTHROPIC_WORDS, error.message())
                : ContextLengthText.anthropic(error);
    }

    private static String beginningWith(String words, List<String> recognized, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return recognized.stream().anyMatch(lower::contains) ? message : words + message;
    }
}
