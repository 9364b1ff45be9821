package dev.sluice.quota;

/**
 * The part of a limit or of a hard budget that this instance may use: all of it when the instance runs alone; in a
 * cluster, the part leased to this instance, so that limits are not multiplied by the number of instances. Called for
 * every request: implementations must not block.
 */
@FunctionalInterface
public interface InstanceShare {

    /** The share of an instance that runs alone. */
    InstanceShare ALL = (scope, name, total) -> total;

    /**
     * @param total requests or tokens per minute, concurrent requests, or billionths of a US dollar; above 0
     * @return from 0 to {@code total}
     */
    long of(QuotaScope scope, String name, long total);
}
