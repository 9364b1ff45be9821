package dev.sluice.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The top-level request parameters that Sluice acts on, in any client format. A provider may compare names without
 * regard to case and take the last of two, as Go's {@code encoding/json} does. A second spelling of one of these names
 * would bypass the rule that the first one met.
 */
public final class ParameterNames {

    /** Compares as {@link String#equalsIgnoreCase}, which like Go equates U+017F with s and U+212A with k. */
    private static final Map<String, String> KNOWN = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        List.of(
                        "model",
                        "stream",
                        "stream_options",
                        "stream_format",
                        "sluice",
                        "messages",
                        "system",
                        "input",
                        "prompt",
                        "instructions",
                        "query",
                        "documents",
                        "tools",
                        "functions",
                        "n",
                        "size",
                        "quality",
                        "partial_images",
                        "best_of",
                        "max_tokens",
                        "max_completion_tokens",
                        "max_output_tokens",
                        "response_format",
                        "output_format",
                        "output_config",
                        "text",
                        "thinking",
                        "reasoning_effort",
                        "prompt_cache_key",
                        "user",
                        "metadata",
                        "id",
                        "input_file_id")
                .forEach(name -> KNOWN.put(name, name));
    }

    private ParameterNames() {}

    /** @throws GatewayException INVALID_REQUEST when the name equals a known one only if case is ignored */
    public static void requireExactCase(String name) {
        if (isLowerCase(name)) {
            return;
        }
        String known = KNOWN.get(name);
        if (known != null) {
            throw differsByCase(name, known);
        }
    }

    public static GatewayException differsByCase(String name, String known) {
        String shown = ModelName.isValid(name) ? name : "(a name with unusual characters)";
        return new GatewayException(GatewayError.invalid(
                "Unknown parameter: '" + shown + "' differs from '" + known
                        + "' only by letter case, and some providers read both as one (expected: '" + known + "').",
                shown,
                "unknown_parameter"));
    }

    /** Whether the name is ASCII without capitals, as the parameters of all client formats are. */
    public static boolean isLowerCase(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z' || c > '~') {
                return false;
            }
        }
        return true;
    }
}
