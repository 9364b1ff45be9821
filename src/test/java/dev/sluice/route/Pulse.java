package dev.sluice.route;

import dev.sluice.model.ProviderHealth;

/** A provider's state as a test wants it. */
final class Pulse implements ProviderHealth {

    volatile int inFlight;
    volatile double firstTokenNanos;
    volatile Unfit unfit;

    static Pulse of(int inFlight, double firstTokenMillis) {
        Pulse pulse = new Pulse();
        pulse.inFlight = inFlight;
        pulse.firstTokenNanos = firstTokenMillis * 1e6;
        return pulse;
    }

    static Pulse unfit(Unfit unfit) {
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
    public Unfit unfit(String model) {
        return unfit;
    }
}
