package dev.sluice.store;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A query for summed usage.
 *
 * @param from start, rounded down to the hour, since rollups are hourly
 * @param to end: hours that start at or after this time are excluded
 * @param by dimensions to group by; empty returns one row with the total
 * @param only filters by these values; {@code DAY} and {@code HOUR} are not allowed
 * @param offset number of rows to skip
 * @param limit maximum number of rows
 */
public record UsageQuery(
        Instant from, Instant to, Set<Dimension> by, Map<Dimension, String> only, int offset, int limit) {

    /** A dimension of usage. */
    public enum Dimension {
        KEY,
        TEAM,
        TIER,
        ROUTE,
        PROVIDER,
        MODEL,
        /** UTC. */
        DAY,
        HOUR
    }

    public UsageQuery {
        by = Set.copyOf(by);
        only = Map.copyOf(only);
        if (only.containsKey(Dimension.DAY) || only.containsKey(Dimension.HOUR)) {
            throw new IllegalArgumentException("usage: day and hour cannot be filters (expected: from and to)");
        }
    }
}
