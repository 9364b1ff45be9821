package dev.sluice.model;

/**
 * Tokens as the provider reported them, normalised: the prompt includes what was read from and written to the
 * provider's prompt cache, the completion includes reasoning.
 *
 * @param cachedTokens part of the prompt that was read from the provider's cache
 * @param cacheWriteTokens part of the prompt that was written to the provider's cache
 * @param costNanoUsd what the provider says the call cost, in billionths of a US dollar; -1 when it does not say
 * @param known false when the provider did not say; the counts are then zero, or a guess: {@link #unfinished}
 */
public record Usage(
        long promptTokens,
        long completionTokens,
        long cachedTokens,
        long cacheWriteTokens,
        long reasoningTokens,
        long costNanoUsd,
        boolean known) {

    /** No count is higher: keeps sums from overflowing. */
    public static final long MAX_TOKENS = 1_000_000_000_000L;

    /** The provider did not say. */
    public static final long NO_COST = -1;

    public static final Usage UNKNOWN = new Usage(0, 0, 0, 0, false);

    /** An event of a stream carries about one token in some 200 to 300 bytes. */
    private static final int EVENT_BYTES_PER_TOKEN = 300;

    /** Usage without cache writes and without a cost of the provider's own. */
    public Usage(long promptTokens, long completionTokens, long cachedTokens, long reasoningTokens, boolean known) {
        this(promptTokens, completionTokens, cachedTokens, 0, reasoningTokens, NO_COST, known);
    }

    /** Both; what only one of them knows is that one's. */
    public Usage plus(Usage other) {
        if (!known) {
            return other;
        }
        return !other.known
                ? this
                : new Usage(
                        promptTokens + other.promptTokens,
                        completionTokens + other.completionTokens,
                        cachedTokens + other.cachedTokens,
                        cacheWriteTokens + other.cacheWriteTokens,
                        reasoningTokens + other.reasoningTokens,
                        costNanoUsd == NO_COST || other.costNanoUsd == NO_COST
                                ? NO_COST
                                : costNanoUsd + other.costNanoUsd,
                        true);
    }

    /**
     * What is known of a stream that did not come to its end, or whose provider never said. Some tell the prompt with
     * the first event, and of the completion that it has begun (Anthropic: 1 token): where more came than that, the
     * completion is a guess by what came, and all of it {@linkplain #known not known}.
     */
    public Usage unfinished(long events, long bytes) {
        long came = Math.max(events, bytes / EVENT_BYTES_PER_TOKEN);
        return known && came <= 2 * completionTokens
                ? this
                : new Usage(
                        promptTokens,
                        Math.max(completionTokens, came),
                        cachedTokens,
                        cacheWriteTokens,
                        reasoningTokens,
                        costNanoUsd,
                        false);
    }

    public long totalTokens() {
        return promptTokens + completionTokens;
    }
}
