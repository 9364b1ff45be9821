package dev.sluice.model;

/** The operator's controls of running providers. Thread-safe; effective until undone or until the process ends. */
public interface ProviderSwitches {

    /**
     * Forces its breakers open or closed, or returns them to their policy.
     *
     * @return false when no such provider runs
     */
    boolean force(String provider, BreakerForce force, String reason);

    /**
     * Drains the provider: it gets no new requests while running ones finish.
     *
     * @param reason null ends the drain
     * @return false when no such provider runs
     */
    boolean drain(String provider, String reason);
}
