package dev.sluice.provider.state;

import dev.sluice.provider.breaker.ProviderBreaker;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The statistics of one model at one provider: attempts in flight and latency.
 *
 * <p>For a stream the time to the first token is measured, for a complete response only the total time, which is not
 * comparable. So there are two averages. That of complete responses is used only while no stream has been measured, as
 * for models that are never streamed.
 */
public final class ModelStats {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final PeakEwma streamed = new PeakEwma();
    private final PeakEwma complete = new PeakEwma();
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
     * @param stream whether it is the time to the first token of a stream, or to a complete response
     */
    public void responseReceived(boolean stream, long nanos, long now) {
        (stream ? streamed : complete).sample(nanos, now);
    }

    /** Records that an attempt was cancelled without a response: the latency would have been higher than this. */
    public void noResponse(boolean stream, long nanos, long now) {
        PeakEwma average = stream ? streamed : complete;
        if (nanos > average.value(now)) {
            average.sample(nanos, now);
        }
    }

    double firstTokenNanos(long now) {
        double first = streamed.value(now);
        return first > 0 ? first : complete.value(now);
    }
}
