package dev.sluice.catalog;

import dev.sluice.binding.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The departures of a provider from the reference format in top-level parameters and usage, as data. Parameters are
 * named as the target's format names them: for a provider of another format than OpenAI's by that format's own members.
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
        boolean translate,

        @Key("Top-level request parameters that choose other models or providers than the request's model. They are"
                + " dropped for a caller that may not use every model of the provider.")
        List<String> routing) {

    /** When a provider reports usage in a stream. */
    public enum StreamUsage {
        ASK,
        ALWAYS
    }

    public static final Quirks NONE = new Quirks(Map.of(), List.of(), Map.of(), StreamUsage.ASK, false);

    /** Quirks of a provider whose chat is passed through and whose prompt tokens include cached ones. */
    public Quirks(
            Map<String, String> rename,
            List<String> drop,
            Map<String, String> defaults,
            StreamUsage streamUsage,
            boolean reasoningOutside) {
        this(rename, drop, defaults, streamUsage, reasoningOutside, false, false, List.of());
    }

    /** Whether requests pass without a renamed, dropped or added parameter. */
    public boolean changeNoParameter() {
        return rename.isEmpty() && drop.isEmpty() && defaults.isEmpty();
    }

    /**
     * These quirks and others. The others take precedence: a parameter that they rename or give a default is no longer
     * dropped. A flag is set if either sets it.
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
                translate || other.translate,
                union(routing, other.routing));
    }

    /** These, with the parameters of {@link #routing} dropped; the same instance when there are none. */
    public Quirks withoutRouting() {
        return routing.isEmpty()
                ? this
                : new Quirks(
                        rename,
                        union(drop, routing),
                        defaults,
                        streamUsage,
                        reasoningOutside,
                        cacheOutside,
                        translate,
                        routing);
    }

    private static List<String> union(List<String> some, List<String> more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }
}
