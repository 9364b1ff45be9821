package dev.sluice.model;

/** What an operator may do to a running provider. From any thread; lasts until undone or the process ends. */
public interface ProviderSwitches {

    /**
     * Takes its breakers out of the rule's hands, or gives them back.
     *
     * @return false when no such provider runs
     */
    boolean force(String provider, BreakerForce force, String reason);

    /**
     * Keeps new requests from it while running ones finish.
     *
     * @param reason null: it is asked again
     * @return false when no such provider runs
     */
    boolean drain(String provider, String reason);
}
