package dev.sluice.quota;

/**
 * How much of a limit, or of a hard budget, this instance may give out by itself: all of it where it is alone. Where
 * several instances serve together, whoever divides a limit among them is asked here, on the request's path, and must
 * answer from memory: so admission stays local, and no limit is multiplied by the number of instances.
 */
@FunctionalInterface
public interface InstanceShare {

    /** This instance is alone. */
    InstanceShare ALL = (scope, name, whole) -> whole;

    /**
     * @param whole a minute's requests or tokens, requests at once, or billionths of a US dollar; above 0
     * @return from 0 to {@code whole}
     */
    long of(QuotaScope scope, String name, long whole);
}
