package dev.sluice.config;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.Diagnostics;
import dev.sluice.model.ModelName;
import java.util.Collection;
import java.util.List;

/** The check and the matching of model name patterns, in which {@code *} matches any characters. */
public final class ModelPatterns {

    public static final String EXPECTED = "1 to 256 of A-Z, a-z, 0-9 and . _ : / @ -";

    private ModelPatterns() {}

    public static void check(List<String> patterns, String path, Diagnostics diagnostics) {
        for (int i = 0; i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            // A pattern is valid if it is a valid name with a letter in place of each star.
            if (pattern != null && !ModelName.isValid(pattern.replace('*', 'x'))) {
                String item = ConfigPath.item(path, i);
                diagnostics.error(item, diagnostics.quote(item) + " (expected: " + EXPECTED + ", with * for anything)");
            }
        }
    }

    /** As {@link #check}, for patterns that are keys. */
    public static void checkNames(Collection<String> patterns, String path, Diagnostics diagnostics) {
        for (String pattern : patterns) {
            if (!ModelName.isValid(pattern.replace('*', 'x'))) {
                diagnostics.error(
                        ConfigPath.child(path, pattern),
                        "not a model name or pattern (expected: " + EXPECTED + ", with * for anything)");
            }
        }
    }

    public static boolean match(List<String> patterns, String model) {
        return patterns.stream().anyMatch(pattern -> pattern != null && ModelName.matches(pattern, model));
    }
}
