package dev.sluice.route;

/** Why an attempt failed, where a route has fallbacks for just that. */
public enum FallbackCause {
    /** The prompt is too long for the target. */
    CONTEXT_WINDOW,
    /** The target's content filter refused. */
    CONTENT_FILTER,
    /** The target is throttled. */
    RATE_LIMIT
}
