package dev.sluice.route;

/** A cause of failure for which a route may have its own fallbacks. */
public enum FallbackCause {
    /** The prompt is too long for the target. */
    CONTEXT_WINDOW,
    /** The target's content filter refused the request. */
    CONTENT_FILTER,
    /** The target throttled the request. */
    RATE_LIMIT
}
