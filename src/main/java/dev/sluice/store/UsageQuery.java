package dev.sluice.store;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A question about what was used.
 *
 * @param from moved back to where its hour begins: sums are kept by the hour
 * @param to hours that begin at this moment or later do not count
 * @param by what to make rows of; empty gives one row with the sum of all
 * @param only equal to these values; {@code DAY} and {@code HOUR} cannot be here
 * @param offset rows to pass over
 * @param limit most rows
 */
public record UsageQuery(
        Instant from, Instant to, Set<Dimension> by, Map<Dimension, String> only, int offset, int limit) {

    /** What usage is told apart by. */
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
            throw new IllegalArgumentException("usage: a day or an hour is chosen by from and to");
        }
    }
}
