package dev.sluice.route;

import java.util.Locale;

/** A target that a plan leaves out, and why. */
public record SkippedTarget(Target target, Reason why) {

    /** The closed set of reasons; what clients and logs read is its name in lower case. */
    public enum Reason {
        BREAKER_OPEN,
        KEYS_RESTING,
        SATURATED,
        DRAINED,
        /** The prompt does not fit. */
        CONTEXT_WINDOW,
        NO_TOOLS,
        NO_VISION,
        NO_AUDIO,
        NO_DOCUMENTS,
        NO_JSON_SCHEMA,
        /** The client asked for others only. */
        NOT_CHOSEN;

        private final String word = name().toLowerCase(Locale.ROOT);

        public String word() {
            return word;
        }
    }

    /** As {@code breaker_open}. */
    public String reason() {
        return why.word();
    }
}
