package dev.sluice.catalog;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names under which facts of a model may be listed, from the requested name to the shortest: without the seller's
 * or maker's prefix, without {@code :variant}, without the date.
 */
final class ModelNameVariants {

    /** {@code -20250929}, {@code @20250929}, {@code -2024-08-06}, {@code -0613}, {@code -latest}. */
    private static final Pattern SUFFIX = Pattern.compile("[-@](?:20\\d{6}|20\\d{2}-\\d{2}-\\d{2}|\\d{4}|latest)$");

    /** Bedrock: {@code us.anthropic.claude-haiku-4-5-20251001-v1:0}; the part after the colon was removed before. */
    private static final Pattern BEDROCK_PREFIX =
            Pattern.compile("^(?:[a-z]{2,6}\\.)?(?:anthropic|amazon|meta|openai)\\.");

    private static final Pattern BEDROCK_VERSION = Pattern.compile("-v\\d+$");

    private ModelNameVariants() {}

    /** The names in the order to try them; the first is the requested name. */
    static Set<String> of(String model) {
        Set<String> names = new LinkedHashSet<>();
        names.add(model);
        String bare = model.substring(model.lastIndexOf('/') + 1);
        names.add(bare);
        int colon = bare.indexOf(':');
        bare = colon > 0 ? bare.substring(0, colon) : bare;
        names.add(bare);
        bare = BEDROCK_PREFIX.matcher(bare).replaceFirst("");
        bare = BEDROCK_VERSION.matcher(bare).replaceFirst("");
        names.add(bare);
        if (bare.startsWith("claude")) {
            // OpenRouter writes claude-sonnet-4.5 where Anthropic writes claude-sonnet-4-5.
            bare = bare.replace('.', '-');
            names.add(bare);
        }
        String undated = SUFFIX.matcher(bare).replaceFirst("");
        if (!undated.isEmpty()) {
            names.add(undated);
        }
        return names;
    }

    /** The part after the colon, empty when there is none: {@code free}, {@code batch}, {@code nitro}. */
    static String variant(String model) {
        int colon = model.lastIndexOf(':');
        return colon < 0 ? "" : model.substring(colon + 1);
    }
}
