package dev.sluice.provider.state;

import dev.sluice.provider.breaker.ProviderBreaker;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The statistics of one model at one provider: attempts in flight and latency.
 *
 * <p>A stream shows the time to its first token, a whole response only its total time, which is another quantity. So
 * there are two averages, and that of whole responses is used only while no stream has been measured, as for models
 * that are never streamed.
 */
public final class ModelStats {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final PeakEwma streamed = new PeakEwma();
    private final PeakEwma whole = new PeakEwma();
    private final ProviderBreaker breaker;

    /** @param breaker of the model, or of the provider */
    ModelStats(ProviderBreaker breaker) {
        this.breaker = breaker;
    }

    public ProviderBreaker breaker() {
        return breaker;
    }

    int inFlight() {
        return inFlight.get();
    }

    void attemptStarted() {
        inFlight.incrementAndGet();
    }

    void attemptEnded() {
        inFlight.decrementAndGet();
    }

    /**
     * Records the latency of a response.
     *
     * @param stream whether it is the time to the first token of a stream, or to a whole response
     */
    public void responseReceived(boolean stream, long nanos, long now) {
        (stream ? streamed : whole).sample(nanos, now);
    }

    /** Records that an attempt was cancelled without a response: the latency would have been higher than this. */
    public void noResponse(boolean stream, long nanos, long now) {
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
