package dev.sluice.protocol.error;

import dev.sluice.model.GatewayError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The message of a prompt that is too long, in the words of the client's API. Agents that shorten the conversation and
 * try again recognize it by these words, not by the code: aider, strands, Claude Code and every client of LiteLLM. The
 * provider's own words follow.
 */
public final class ContextLengthText {

    private static final String OPENAI = "This model's maximum context length is ";
    private static final String ANTHROPIC = "prompt is too long: ";
    private static final String GEMINI = "The input token count exceeds the maximum number of tokens allowed";

    /** "… > 200000 maximum", Anthropic's words, and "… maximum context length is 8192 tokens", OpenAI's. */
    private static final Pattern LIMIT = Pattern.compile("> (\\d{3,9}) max|maximum context length is (\\d{3,9})");

    private ContextLengthText() {}

    public static String openAi(GatewayError error) {
        if (error.kind() != GatewayError.Kind.CONTEXT_LENGTH || error.message().contains(OPENAI)) {
            return error.message();
        }
        String limit = limit(error.message());
        return OPENAI + (limit == null ? "exceeded" : limit + " tokens") + ". " + error.message();
    }

    public static String anthropic(GatewayError error) {
        return error.kind() != GatewayError.Kind.CONTEXT_LENGTH
                        || error.message().contains(ANTHROPIC)
                ? error.message()
                : ANTHROPIC + error.message();
    }

    public static String gemini(GatewayError error) {
        if (error.kind() != GatewayError.Kind.CONTEXT_LENGTH || error.message().contains("input token count")) {
            return error.message();
        }
        String limit = limit(error.message());
        return GEMINI + (limit == null ? "" : " " + limit) + ". " + error.message();
    }

    private static String limit(String message) {
        Matcher matcher = LIMIT.matcher(message);
        return !matcher.find() ? null : matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }
}
