package dev.sluice.store;

import dev.sluice.store.UsageQuery.Dimension;
import java.time.Instant;
import java.util.Map;

/**
 * What was used, summed.
 *
 * @param of the values of the dimensions that were asked for, but for day and hour; empty text where there was none
 * @param begins the day or the hour; null when neither was asked for
 * @param requests requests, each counted where its first attempt went
 * @param attempts rows of the ledger
 * @param failed attempts that failed
 * @param cancelled attempts that the client gave up
 * @param costNanoUsd of all whose cost is known, in billionths of a US dollar
 * @param unpriced attempts whose cost nobody knows
 */
public record UsageRow(
        Map<Dimension, String> of,
        Instant begins,
        long requests,
        long attempts,
        long failed,
        long cancelled,
        long promptTokens,
        long completionTokens,
        long cachedTokens,
        long cacheWriteTokens,
        long reasoningTokens,
        long costNanoUsd,
        long unpriced) {}
