package dev.sluice.route;

import dev.sluice.model.ProviderHealth;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A provider in simulated time, with its time to the first token, its attempts in flight and its prompt cache. Its
 * average is measured as in Sluice: it rises at once and halves in ten seconds.
 */
final class SimulatedProvider implements ProviderHealth {

    private static final double NANOS = 1e9;
    private static final double HALF_LIFE_SECONDS = 10;

    /** Shape of the log-normal spread of first tokens: the 99th percentile is some two times the median. */
    private static final double SPREAD = 0.3;

    double medianSeconds;
    private final Map<Long, Boolean> cached;
    double now;
    int running;
    int served;
    Unavailability unavailability;
    private double average;
    private double averagedAt;

    /** @param cacheSize prompts that its cache holds, the least recently used goes first */
    SimulatedProvider(double medianSeconds, int cacheSize) {
        this.medianSeconds = medianSeconds;
        this.cached = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
                return size() > cacheSize;
            }
        };
    }

    double firstToken(Random random) {
        return medianSeconds * StrictMath.exp(SPREAD * random.nextGaussian());
    }

    void respondedAfter(double seconds) {
        double faded = average * decay();
        average = seconds > faded ? seconds : faded + seconds * (1 - decay());
        averagedAt = now;
    }

    /** Whether the prompt was in the cache; afterwards it is. */
    boolean hits(long prompt) {
        return cached.put(prompt, true) != null;
    }

    private double decay() {
        return StrictMath.exp(-StrictMath.log(2) * (now - averagedAt) / HALF_LIFE_SECONDS);
    }

    @Override
    public int inFlight(String model) {
        return running;
    }

    @Override
    public double firstTokenNanos(String model) {
        return average * decay() * NANOS;
    }

    @Override
    public Unavailability unavailability(String model) {
        return unavailability;
    }
}
