package dev.sluice.provider.state;

import dev.sluice.provider.breaker.ProviderBreaker;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One model at one provider, as its attempts show it: how many run, and how soon the first token comes.
 *
 * <p>A streamed answer shows its first token; a whole one shows only when all of it was thought, which is another
 * quantity. They are kept apart, and the whole answers' average speaks only while no stream has been seen, as for
 * models that are never streamed.
 */
public final class ModelStats {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final PeakEwma streamed = new PeakEwma();
    private final PeakEwma whole = new PeakEwma();
    private final ProviderBreaker breaker;

    /** @param breaker the model's own, or the one of the provider */
    ModelStats(ProviderBreaker breaker) {
        this.breaker = breaker;
    }

    public ProviderBreaker breaker() {
        return breaker;
    }

    int inFlight() {
        return inFlight.get();
    }

    void began() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    /**
     * An answer came.
     *
     * @param stream whether it is the first token of a stream or a whole answer
     */
    public void answered(boolean stream, long nanos, long now) {
        (stream ? streamed : whole).sample(nanos, now);
    }

    /** Nothing came for so long, and nobody waits any more: what is known is that it would have taken longer. */
    public void silent(boolean stream, long nanos, long now) {
        PeakEwma average = stream ? streamed : whole;
        if (nanos > average.value(now)) {
            average.sample(nanos, now);
        }
    }

    double firstTokenNanos(long now) {
        double first = streamed.value(now);
        return first > 0 ? first : whole.value(now);
    }
}
