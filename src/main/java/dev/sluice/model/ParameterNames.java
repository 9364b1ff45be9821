package dev.sluice.model;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The top-level request parameters that Sluice acts on, in any client format. A provider may read names leniently: Go's
 * {@code encoding/json} ignores case and takes the last of two, protobuf's JSON takes {@code maxTokens} for
 * {@code max_tokens}. A second spelling of one of these names would bypass the rule that the first one met.
 */
public final class ParameterNames {

    private static final Set<String> EXACT = new HashSet<>();

    private static final Map<String, String> KNOWN = new TreeMap<>(ParameterNames::compare);

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
                        "input_file_id",
                        "suffix",
                        "negative_prompt",
                        "prediction",
                        "tool_choice",
                        "function_call",
                        "web_search_options",
                        "previous_response_id",
                        "store",
                        "service_tier")
                .forEach(name -> {
                    EXACT.add(name);
                    KNOWN.put(name, name);
                });
    }

    private ParameterNames() {}

    /** @throws GatewayException INVALID_REQUEST when a lenient reader could take the name for a known one */
    public static void requireExactSpelling(String name) {
        if (EXACT.contains(name)) {
            return;
        }
        String known = KNOWN.get(name);
        if (known != null) {
            throw differsBySpelling(name, known);
        }
    }

    public static GatewayException differsBySpelling(String name, String known) {
        String shown = ModelName.isValid(name) ? name : "(a name with unusual characters)";
        return new GatewayException(GatewayError.invalid(
                "Unknown parameter: '" + shown + "' differs from '" + known
                        + "' only by letter case or by '_' and '-', and some providers read both as one (expected: '"
                        + known + "').",
                shown,
                "unknown_parameter"));
    }

    /** Whether a lenient reader takes both names for one: they differ by letter case, {@code _} and {@code -} only. */
    public static boolean isSpellingOf(String name, String other) {
        return compare(name, other) == 0;
    }

    /** Compares letters as {@link String#equalsIgnoreCase}, which like Go equates U+017F with s and U+212A with k. */
    private static int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (true) {
            i = skipSeparators(one, i);
            j = skipSeparators(other, j);
            if (i == one.length() || j == other.length()) {
                return Integer.compare(one.length() - i, other.length() - j);
            }
            int difference = fold(one.charAt(i++)) - fold(other.charAt(j++));
            if (difference != 0) {
                return difference;
            }
        }
    }

    private static int skipSeparators(String name, int from) {
        int at = from;
        while (at < name.length() && (name.charAt(at) == '_' || name.charAt(at) == '-')) {
            at++;
        }
        return at;
    }

    private static char fold(char letter) {
        return letter < 128
                ? letter >= 'A' && letter <= 'Z' ? (char) (letter + 32) : letter
                : Character.toLowerCase(Character.toUpperCase(letter));
    }
}
