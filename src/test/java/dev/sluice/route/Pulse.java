package dev.sluice.route;

import dev.sluice.model.ProviderHealth;

/** A provider's state as a test wants it. */
final class Pulse implements ProviderHealth {

    volatile int inFlight;
    volatile double firstTokenNanos;
    volatile Unavailability unfit;

    static Pulse of(int inFlight, double firstTokenMillis) {
        Pulse pulse = new Pulse();
        pulse.inFlight = inFlight;
        pulse.firstTokenNanos = firstTokenMillis * 1e6;
        return pulse;
    }

    static Pulse unavailability(Unavailability unfit) {
        Pulse pulse = new Pulse();
        pulse.unfit = unfit;
        return pulse;
    }

    @Override
    public int inFlight(String model) {
        return inFlight;
    }

    @Override
    public double firstTokenNanos(String model) {
        return firstTokenNanos;
    }

    @Override
    public Unavailability unavailability(String model) {
        return unfit;
    }
}
