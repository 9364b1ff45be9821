package dev.sluice.model;

/**
 * Tokens as the provider reported them, normalised: prompt includes cached tokens, completion includes reasoning.
 *
 * @param known false when the provider said nothing; the counts are then zero and mean nothing
 */
public record Usage(long promptTokens, long completionTokens, long cachedTokens, long reasoningTokens, boolean known) {

    public static final Usage UNKNOWN = new Usage(0, 0, 0, 0, false);

    public long totalTokens() {
        return promptTokens + completionTokens;
    }
}
