package dev.sluice.quota;

/**
 * The part of a limit or of a hard budget that this instance may use: all of it where it runs alone. In a cluster, the
 * part that was leased to this instance. Called for every request, so it must answer from memory; limits are not
 * multiplied by the number of instances.
 */
@FunctionalInterface
public interface InstanceShare {

    /** The share of an instance that runs alone. */
    InstanceShare ALL = (scope, name, whole) -> whole;

    /**
     * @param whole requests or tokens per minute, concurrent requests, or billionths of a US dollar; above 0
     * @return from 0 to {@code whole}
     */
    long of(QuotaScope scope, String name, long whole);
}
