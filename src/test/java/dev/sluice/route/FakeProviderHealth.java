package dev.sluice.route;

import dev.sluice.model.ProviderHealth;

/** A provider health whose values a test sets. */
final class FakeProviderHealth implements ProviderHealth {

    volatile int inFlight;
    volatile double firstTokenNanos;
    volatile Unavailability unavailability;

    static FakeProviderHealth of(int inFlight, double firstTokenMillis) {
        FakeProviderHealth health = new FakeProviderHealth();
        health.inFlight = inFlight;
        health.firstTokenNanos = firstTokenMillis * 1e6;
        return health;
    }

    static FakeProviderHealth unavailability(Unavailability unavailability) {
        FakeProviderHealth health = new FakeProviderHealth();
        health.unavailability = unavailability;
        return health;
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
        return unavailability;
    }
}
