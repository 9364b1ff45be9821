package dev.sluice.provider;

import dev.sluice.config.ProviderConfig.Concurrency;
import dev.sluice.config.ProviderConfig.Timeouts;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ProviderStatus;
import dev.sluice.model.Vitals;
import dev.sluice.observe.Metrics;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;

/** What the instances of one provider's verticle share: breaker, keys, and how many attempts run. */
public final class ProviderState implements Vitals {

    private final ProviderSettings settings;
    private final long generation;
    private final Metrics metrics;
    private final ProviderBreaker breaker;
    private final KeyPool keys;
    private final ModelShelf shelf;
    private final Patience patience;
    private final Intake intake;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean draining;

    public ProviderState(Vertx vertx, ProviderSettings settings, long generation, Metrics metrics) {
        this.settings = settings;
        this.generation = generation;
        this.metrics = metrics;
        Timeouts timeouts = settings.config().timeouts();
        long probeMillis =
                Math.max(timeouts.firstToken().toMillis(), timeouts.whole().toMillis());
        this.breaker =
                new ProviderBreaker(vertx, settings.name(), settings.config().breaker(), probeMillis, this::turned);
        this.keys = new KeyPool(settings.keys());
        this.shelf =
                new ModelShelf(settings.name(), settings.config().modelsTtl().toNanos());
        this.patience = Patience.of(timeouts);
        Bound bound = Bound.of(settings.config());
        Concurrency concurrency = settings.config().concurrency();
        this.intake = bound == null
                ? null
                : new Intake(
                        settings.name(),
                        bound,
                        concurrency.queue(),
                        concurrency.maxWait().toMillis(),
                        System::nanoTime,
                        () -> metrics.shed(settings.name()));
        metrics.crowd(settings.name(), intake);
    }

    public ProviderSettings settings() {
        return settings;
    }

    public long generation() {
        return generation;
    }

    /** Attempts running now, over all instances. */
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public int inFlight(String model) {
        return inFlight.get();
    }

    @Override
    public double firstTokenNanos(String model) {
        return 0;
    }

    @Override
    public Unfit unfit(String model) {
        return intake != null && intake.saturated() ? Unfit.SATURATED : null;
    }

    /** From now on it only finishes what runs. */
    public void drain() {
        draining = true;
    }

    public void close() {
        breaker.close();
    }

    public ProviderStatus status() {
        return new ProviderStatus(
                settings.name(),
                settings.type().name(),
                breaker.state(),
                breaker.reason(),
                inFlight.get(),
                keys.size(),
                keys.resting(System.nanoTime()),
                draining,
                intake == null ? 0 : intake.limit(),
                intake == null ? 0 : intake.waiting());
    }

    ProviderBreaker breaker() {
        return breaker;
    }

    KeyPool keys() {
        return keys;
    }

    /** The provider's own timeouts. */
    Patience patience() {
        return patience;
    }

    /** Null where the provider is given as many as come. */
    Intake intake() {
        return intake;
    }

    ModelShelf shelf() {
        return shelf;
    }

    /** A call that was never sent: breaker open or every key resting. */
    void rejected() {
        metrics.attempt(settings.name(), Metrics.Attempt.REJECTED);
    }

    /** The gauge has one place for a provider's name, and it is the successor's once this one drains. */
    private void turned(Metrics.Breaker breakerState) {
        if (!draining) {
            metrics.breaker(settings.name(), breakerState);
        }
    }

    void attemptBegan() {
        inFlight.incrementAndGet();
    }

    void attemptEnded(Outcome outcome) {
        inFlight.decrementAndGet();
        metrics.attempt(settings.name(), outcome.counted());
    }
}
