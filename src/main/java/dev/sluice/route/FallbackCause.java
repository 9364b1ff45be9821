package dev.sluice.route;

/** A cause of failure for which a route may have its own fallbacks. */
public enum FallbackCause {
    /** The prompt is too long for the target. */
    CONTEXT_WINDOW,
    /** The target's content filter refused. */
    CONTENT_FILTER,
    /** The target is throttled. */
    RATE_LIMIT
}
