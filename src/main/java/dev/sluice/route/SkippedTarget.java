package dev.sluice.route;

import java.util.Locale;

/** A target that a plan leaves out, and why. */
public record SkippedTarget(Target target, Reason why) {

    /** The closed set of reasons. Clients and logs see {@link #word}. */
    public enum Reason {
        BREAKER_OPEN,
        /** Every API key of the provider is in cooldown. */
        KEYS_COOLING,
        SATURATED,
        DRAINED,
        /** The prompt exceeds the context window. */
        CONTEXT_WINDOW,
        NO_TOOLS,
        NO_VISION,
        NO_AUDIO,
        NO_DOCUMENTS,
        NO_JSON_SCHEMA,
        /** Excluded by the request's routing overrides. */
        NOT_CHOSEN;

        private final String word = name().toLowerCase(Locale.ROOT);

        public String word() {
            return word;
        }
    }

    /** The reason as clients see it, such as {@code breaker_open}. */
    public String reason() {
        return why.word();
    }
}
