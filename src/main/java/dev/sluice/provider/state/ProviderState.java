package dev.sluice.provider.state;

import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.config.ProviderConfig.Concurrency;
import dev.sluice.config.ProviderConfig.ProviderTimeouts;
import dev.sluice.config.ProviderConfig.Scope;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.BreakerStatus;
import dev.sluice.model.BreakerStatus.State;
import dev.sluice.model.Principal;
import dev.sluice.model.ProviderHealth;
import dev.sluice.model.ProviderStatus;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.admission.ConcurrencyLimit;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.breaker.ProviderBreaker;
import dev.sluice.stream.AttemptTimeouts;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The state of one provider that its verticle's instances share: breakers, keys, model statistics. Thread-safe. */
public final class ProviderState implements ProviderHealth {

    /**
     * Clients choose names where {@code models} has a pattern. Beyond this number, models share one {@link ModelStats}.
     */
    static final int MAX_MODELS = 256;

    private final Vertx vertx;
    private final ProviderSettings settings;
    private final ProviderSettings restricted;
    private final String allModels;
    private final long generation;
    private final Metrics metrics;
    private final long probeMillis;
    private final ProviderBreaker breaker;
    private final KeyPool keys;
    private final ModelListCache modelList;
    private final AttemptTimeouts timeouts;
    private final ConcurrencyLimiter limiter;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ConcurrentHashMap<String, ModelStats> models = new ConcurrentHashMap<>();
    /** The shared statistics of models that have none of their own. */
    private final ModelStats others;

    private volatile Forced forced = new Forced(BreakerForce.AUTO, null);
    private volatile String drained;
    private volatile boolean retired;
    private volatile Runnable onBreakerOpened = () -> {};

    private record Forced(BreakerForce force, String reason) {}

    public ProviderState(Vertx vertx, ProviderSettings settings, long generation, Metrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.restricted = settings.withoutRouting();
        this.allModels = settings.name() + "/*";
        this.generation = generation;
        this.metrics = metrics;
        ProviderTimeouts timeouts = settings.config().timeouts();
        this.probeMillis =
                Math.max(timeouts.firstToken().toMillis(), timeouts.response().toMillis());
        this.breaker = newBreaker("provider " + settings.name());
        this.others = new ModelStats(breaker);
        this.keys = new KeyPool(settings.name(), settings.keys());
        this.modelList = new ModelListCache(
                settings.name(), settings.config().modelsTtl().toNanos());
        this.timeouts =
                AttemptTimeouts.of(timeouts.firstByte(), timeouts.firstToken(), timeouts.idle(), timeouts.response());
        ConcurrencyLimit concurrencyLimit = ConcurrencyLimit.of(settings.config());
        Concurrency concurrency = settings.config().concurrency();
        this.limiter = concurrencyLimit == null
                ? null
                : new ConcurrencyLimiter(
                        settings.name(),
                        concurrencyLimit,
                        concurrency.queue(),
                        concurrency.maxWait().toMillis(),
                        System::nanoTime,
                        () -> metrics.saturated(settings.name()));
    }

    public ProviderSettings settings() {
        return settings;
    }

    /**
     * The settings for requests of a caller. A caller that may not use every model of the provider may not choose
     * another model by a parameter of the provider either.
     */
    public ProviderSettings settingsFor(Principal caller) {
        return restricted == settings || caller != null && caller.mayUse(allModels) ? settings : restricted;
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
        return peekModelStats(model).inFlight();
    }

    @Override
    public double firstTokenNanos(String model) {
        return peekModelStats(model).firstTokenNanos(System.nanoTime());
    }

    @Override
    public Unavailability unavailability(String model) {
        if (drained != null) {
            return Unavailability.DRAINED;
        }
        if (peekModelStats(model).breaker().isRejecting()) {
            return Unavailability.BREAKER_OPEN;
        }
        if (keys.allCoolingDown(model, System.nanoTime())) {
            return Unavailability.KEYS_COOLING_DOWN;
        }
        return limiter != null && limiter.saturated() ? Unavailability.SATURATED : null;
    }

    /** Forces all breakers, including those of models not yet seen, to a state, or returns them to their rule. */
    public void forceBreakers(BreakerForce force, String reason) {
        forced = new Forced(force, reason);
        breakers().forEach(each -> each.force(force, reason));
    }

    /** @param reason why an operator drains the provider; null ends the drain */
    public void setDrained(String reason) {
        drained = reason;
    }

    /** Takes over the drain and the forced breaker state of the previous deployment of this provider. */
    public void inherit(ProviderState before) {
        drained = before.drained;
        Forced inherited = before.forced;
        if (inherited.force != BreakerForce.AUTO) {
            forceBreakers(inherited.force, inherited.reason);
        }
    }

    /** From now on the gauges show this deployment. */
    public void publishGauges() {
        metrics.concurrency(settings.name(), limiter);
        metrics.keys(settings.name(), keys);
    }

    /** This deployment is replaced: it only finishes running attempts. */
    public void retire() {
        retired = true;
    }

    public void close() {
        breakers().forEach(ProviderBreaker::close);
    }

    public ProviderStatus status() {
        ProviderBreaker worst = worst();
        return new ProviderStatus(
                settings.name(),
                settings.type().name(),
                worst.state().label(),
                worst.reason(),
                inFlight.get(),
                keys.size(),
                keys.coolingKeys(),
                keys.cooldowns(),
                retired,
                limiter == null ? 0 : limiter.limit(),
                limiter == null ? 0 : limiter.waiting(),
                drained,
                breakerStatus());
    }

    /** The statistics of a model, created on first use. */
    public ModelStats modelStats(String model) {
        ModelStats known = models.get(model);
        if (known != null) {
            return known;
        }
        return models.size() < MAX_MODELS ? addModelStats(model) : others;
    }

    public KeyPool keys() {
        return keys;
    }

    /** The provider's own timeouts. */
    public AttemptTimeouts timeouts() {
        return timeouts;
    }

    /** Null where the provider has no concurrency limit. */
    public ConcurrencyLimiter limiter() {
        return limiter;
    }

    public ModelListCache modelList() {
        return modelList;
    }

    /** Why an operator drains the provider, or null. */
    public String drained() {
        return drained;
    }

    /** @param listener called, on any thread, when a breaker of this provider opens */
    public void onBreakerOpened(Runnable listener) {
        onBreakerOpened = listener;
    }

    /** The open breakers that are not held by an operator. */
    public List<ProviderBreaker> openBreakers() {
        return breakers().filter(ProviderBreaker::isOpenByRule).toList();
    }

    /** Counts a call that was never sent: breaker open, drained, every key in cooldown, or the queue full. */
    public void callRejected() {
        metrics.attempt(settings.name(), Metrics.Attempt.REJECTED);
    }

    public void attemptStarted(ModelStats stats) {
        inFlight.incrementAndGet();
        stats.attemptStarted();
    }

    public void attemptEnded(ModelStats stats, Outcome outcome) {
        inFlight.decrementAndGet();
        stats.attemptEnded();
        metrics.attempt(settings.name(), outcome.metric());
    }

    /** As {@link #modelStats}, but creates nothing for a model without statistics. */
    private ModelStats peekModelStats(String model) {
        ModelStats known = models.get(model);
        return known == null ? others : known;
    }

    private ModelStats addModelStats(String model) {
        ModelStats stats = models.computeIfAbsent(
                model,
                name -> new ModelStats(
                        perModel() ? newBreaker("model " + name + " of provider " + settings.name()) : breaker));
        // forceBreakers() sees it from now on, but may have missed it before.
        Forced now = forced;
        if (now.force != BreakerForce.AUTO) {
            stats.breaker().force(now.force, now.reason);
        }
        return stats;
    }

    private ProviderBreaker newBreaker(String owner) {
        Breaker rule = settings.config().breaker();
        return new ProviderBreaker(
                vertx,
                owner,
                rule,
                probeMillis,
                this::breakerChanged,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private boolean perModel() {
        return settings.config().breaker().scope() == Scope.MODEL;
    }

    private Stream<ProviderBreaker> breakers() {
        return perModel()
                ? Stream.concat(Stream.of(breaker), models.values().stream().map(ModelStats::breaker))
                : Stream.of(breaker);
    }

    private ProviderBreaker worst() {
        return breakers().max(Comparator.comparing(ProviderBreaker::state)).orElse(breaker);
    }

    private List<BreakerStatus> breakerStatus() {
        List<BreakerStatus> all = new ArrayList<>(List.of(breaker.status(null)));
        if (perModel()) {
            models.forEach((model, stats) -> all.add(stats.breaker().status(model)));
            all.removeIf(status -> status.model() != null && status.history().isEmpty());
            all.sort(Comparator.comparing(BreakerStatus::model, Comparator.nullsFirst(Comparator.naturalOrder())));
        }
        return all;
    }

    /** The gauge has one value per provider name, which is the successor's once this deployment is retired. */
    private void breakerChanged(State state) {
        if (!retired) {
            metrics.breaker(
                    settings.name(),
                    switch (worst().state()) {
                        case CLOSED -> Metrics.Breaker.CLOSED;
                        case HALF_OPEN -> Metrics.Breaker.HALF_OPEN;
                        case OPEN -> Metrics.Breaker.OPEN;
                    });
        }
        if (state == State.OPEN) {
            onBreakerOpened.run();
        }
    }
}
