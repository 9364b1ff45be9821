package dev.sluice.catalog;

import dev.sluice.binding.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a provider departs from the reference format, as data. Parameters are named as the target's format names them:
 * for a provider of another format than OpenAI's by that format's own members.
 */
public record Quirks(
        @Key("Top-level request parameters to rename: from, to.")
        Map<String, String> rename,

        @Key("Top-level request parameters to drop; x-sluice-dropped names them.")
        List<String> drop,

        @Key("Top-level request parameters to add if the client did not send them: name to JSON value.")
        Map<String, String> defaults,

        @Key(
                value = "ask: the provider sends usage only if stream_options requests it; always: it sends usage in"
                        + " any case.",
                or = "ask")
        StreamUsage streamUsage,

        @Key(value = "The provider's completion_tokens exclude reasoning tokens.", or = "false")
        boolean reasoningOutside,

        @Key(value = "The provider's prompt tokens exclude tokens read from and written to its cache.", or = "false")
        boolean cacheOutside,

        @Key(
                value = "Re-encode chat instead of passing it through, because the provider departs from the format in"
                        + " ways that OpenAI's own clients cannot read.",
                or = "false")
        boolean translate) {

    /** How a provider is brought to report usage in a stream. */
    public enum StreamUsage {
        ASK,
        ALWAYS
    }

    public static final Quirks NONE = new Quirks(Map.of(), List.of(), Map.of(), StreamUsage.ASK, false);

    /** Quirks of a provider whose chat passes and whose prompt tokens include cached ones. */
    public Quirks(
            Map<String, String> rename,
            List<String> drop,
            Map<String, String> defaults,
            StreamUsage streamUsage,
            boolean reasoningOutside) {
        this(rename, drop, defaults, streamUsage, reasoningOutside, false, false);
    }

    /** Whether requests pass without a renamed, dropped or added parameter. */
    public boolean changeNoParameter() {
        return rename.isEmpty() && drop.isEmpty() && defaults.isEmpty();
    }

    /**
     * These and more. Where both speak of a parameter the other wins: a parameter that it renames or gives a default is
     * not dropped any more. The switches stay on once they are on.
     */
    public Quirks plus(Quirks other) {
        Map<String, String> renames = new LinkedHashMap<>(rename);
        renames.putAll(other.rename);
        Map<String, String> values = new LinkedHashMap<>(defaults);
        values.putAll(other.defaults);
        Set<String> drops = new LinkedHashSet<>(drop);
        drops.removeAll(other.rename.keySet());
        drops.removeAll(other.defaults.keySet());
        drops.addAll(other.drop);
        return new Quirks(
                Collections.unmodifiableMap(renames),
                List.copyOf(drops),
                Collections.unmodifiableMap(values),
                streamUsage == StreamUsage.ALWAYS ? streamUsage : other.streamUsage,
                reasoningOutside || other.reasoningOutside,
                cacheOutside || other.cacheOutside,
                translate || other.translate);
    }
}
