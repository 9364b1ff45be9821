package dev.sluice.store;

import dev.sluice.store.UsageQuery.Dimension;
import java.time.Instant;
import java.util.Map;

/**
 * Summed usage of one group.
 *
 * @param of the values of the requested dimensions except day and hour; an empty string where rows have none
 * @param begins start of the day or hour; null when neither was requested
 * @param requests number of requests, each counted in the group of its first attempt
 * @param attempts number of ledger rows
 * @param failed number of failed attempts
 * @param cancelled number of attempts cancelled by the client
 * @param costNanoUsd sum of all known costs, in billionths of a US dollar
 * @param unpriced number of attempts whose cost is unknown
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
