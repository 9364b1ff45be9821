package dev.sluice.model;

/**
 * Token usage as reported by the provider, normalized: the prompt includes tokens read from and written to the
 * provider's prompt cache, the completion includes reasoning.
 *
 * @param cachedTokens part of the prompt that was read from the provider's cache
 * @param cacheWriteTokens part of the prompt that was written to the provider's cache
 * @param costNanoUsd cost reported by the provider, in billionths of a US dollar; -1 when not reported
 * @param known false when the provider reported no final usage; the counts are then zero or estimated:
 *     {@link #ofIncompleteStream}
 * @param details what of it has prices of its own; never null
 */
public record Usage(
        long promptTokens,
        long completionTokens,
        long cachedTokens,
        long cacheWriteTokens,
        long reasoningTokens,
        long costNanoUsd,
        boolean known,
        UsageDetails details) {

    /**
     * Upper bound of every count, so that sums cannot overflow. No attempt can have used as many: a report of more, or
     * of a negative number, is read as this one, and is no report.
     */
    public static final long MAX_TOKENS = 1_000_000_000_000L;

    /** No cost was reported. */
    public static final long NO_COST = -1;

    /** A cost that no attempt can have: what was reported is negative or higher. */
    public static final long MAX_COST = Long.MAX_VALUE / 4;

    public static final Usage UNKNOWN = new Usage(0, 0, 0, 0, false);

    /** A stream event carries about one token in 200 to 300 bytes. */
    private static final int EVENT_BYTES_PER_TOKEN = 300;

    /** Usage without details. */
    public Usage(
            long promptTokens,
            long completionTokens,
            long cachedTokens,
            long cacheWriteTokens,
            long reasoningTokens,
            long costNanoUsd,
            boolean known) {
        this(
                promptTokens,
                completionTokens,
                cachedTokens,
                cacheWriteTokens,
                reasoningTokens,
                costNanoUsd,
                known,
                UsageDetails.NONE);
    }

    /** Usage without cache writes and without a reported cost. */
    public Usage(long promptTokens, long completionTokens, long cachedTokens, long reasoningTokens, boolean known) {
        this(promptTokens, completionTokens, cachedTokens, 0, reasoningTokens, NO_COST, known);
    }

    /** The sum of both; if only one is known, that one. */
    public Usage plus(Usage other) {
        if (!known) {
            return other;
        }
        return !other.known
                ? this
                : new Usage(
                        sum(promptTokens, other.promptTokens),
                        sum(completionTokens, other.completionTokens),
                        sum(cachedTokens, other.cachedTokens),
                        sum(cacheWriteTokens, other.cacheWriteTokens),
                        sum(reasoningTokens, other.reasoningTokens),
                        costNanoUsd == NO_COST || other.costNanoUsd == NO_COST
                                ? NO_COST
                                : Math.min(MAX_COST, costNanoUsd + other.costNanoUsd),
                        true,
                        details.plus(other.details));
    }

    /** The higher of each count, for reports of one response that repeat each other; if only one is known, that one. */
    public Usage highest(Usage other) {
        if (!known || !other.known) {
            return known ? this : other;
        }
        return new Usage(
                Math.max(promptTokens, other.promptTokens),
                Math.max(completionTokens, other.completionTokens),
                Math.max(cachedTokens, other.cachedTokens),
                Math.max(cacheWriteTokens, other.cacheWriteTokens),
                Math.max(reasoningTokens, other.reasoningTokens),
                Math.max(costNanoUsd, other.costNanoUsd),
                true,
                details.highest(other.details));
    }

    /**
     * The usage of a stream that was incomplete, or whose provider did not report final usage. Some providers report
     * the prompt with the first event, with a placeholder for the completion (Anthropic: 1 token). If clearly more was
     * received, the completion is estimated from the received events and bytes, and the result is not
     * {@linkplain #known known}.
     */
    public Usage ofIncompleteStream(long events, long bytes) {
        long received = Math.max(events, bytes / EVENT_BYTES_PER_TOKEN);
        return known && received <= 2 * completionTokens
                ? this
                : new Usage(
                        promptTokens,
                        Math.max(completionTokens, received),
                        cachedTokens,
                        cacheWriteTokens,
                        reasoningTokens,
                        costNanoUsd,
                        false,
                        details);
    }

    public long totalTokens() {
        return promptTokens + completionTokens;
    }

    /** The same counts without a reported cost. */
    public Usage withoutCost() {
        return withCost(NO_COST);
    }

    /** The same counts with another reported cost. */
    public Usage withCost(long nanoUsd) {
        return new Usage(
                promptTokens,
                completionTokens,
                cachedTokens,
                cacheWriteTokens,
                reasoningTokens,
                nanoUsd,
                known,
                details);
    }

    /** The same counts with other details. */
    public Usage withDetails(UsageDetails others) {
        return others == details
                ? this
                : new Usage(
                        promptTokens,
                        completionTokens,
                        cachedTokens,
                        cacheWriteTokens,
                        reasoningTokens,
                        costNanoUsd,
                        known,
                        others);
    }

    /** Whether no count is at its bound. */
    public boolean isPossible() {
        return promptTokens < MAX_TOKENS
                && completionTokens < MAX_TOKENS
                && cachedTokens < MAX_TOKENS
                && cacheWriteTokens < MAX_TOKENS
                && reasoningTokens < MAX_TOKENS
                && details.isPossible();
    }

    /** The counts as a translated response has them: zeros where a provider reported an impossible number. */
    public Usage forClients() {
        return isPossible() ? this : UNKNOWN;
    }

    private static long sum(long one, long other) {
        return Math.min(MAX_TOKENS, one + other);
    }
}
