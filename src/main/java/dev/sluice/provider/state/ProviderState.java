package dev.sluice.provider.state;

import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.config.ProviderConfig.Concurrency;
import dev.sluice.config.ProviderConfig.Scope;
import dev.sluice.config.ProviderConfig.Timeouts;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.BreakerStatus;
import dev.sluice.model.BreakerStatus.State;
import dev.sluice.model.ProviderHealth;
import dev.sluice.model.ProviderStatus;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.admission.ConcurrencyLimit;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.breaker.ProviderBreaker;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What the instances of one provider's verticle share: breakers, keys, and how its models do. From any thread. */
public final class ProviderState implements ProviderHealth {

    /** Names come from clients where {@code models} has a pattern; beyond so many, models share one pulse. */
    static final int MAX_MODELS = 256;

    private final Vertx vertx;
    private final ProviderSettings settings;
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
    /** Of the models that have none of their own. */
    private final ModelStats others;

    private volatile Forced forced = new Forced(BreakerForce.AUTO, null);
    private volatile String drained;
    private volatile boolean draining;
    private volatile Runnable whenTripped = () -> {};

    private record Forced(BreakerForce force, String reason) {}

    public ProviderState(Vertx vertx, ProviderSettings settings, long generation, Metrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.generation = generation;
        this.metrics = metrics;
        Timeouts timeouts = settings.config().timeouts();
        this.probeMillis =
                Math.max(timeouts.firstToken().toMillis(), timeouts.response().toMillis());
        this.breaker = newBreaker();
        this.others = new ModelStats(breaker);
        this.keys = new KeyPool(settings.keys());
        this.modelList = new ModelListCache(
                settings.name(), settings.config().modelsTtl().toNanos());
        this.timeouts = AttemptTimeouts.of(timeouts);
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
                        () -> metrics.shed(settings.name()));
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
        return glance(model).inFlight();
    }

    @Override
    public double firstTokenNanos(String model) {
        return glance(model).firstTokenNanos(System.nanoTime());
    }

    @Override
    public Unfit unfit(String model) {
        if (drained != null) {
            return Unfit.DRAINED;
        }
        if (glance(model).breaker().refuses()) {
            return Unfit.BREAKER_OPEN;
        }
        if (keys.allRest(System.nanoTime())) {
            return Unfit.KEYS_RESTING;
        }
        return limiter != null && limiter.saturated() ? Unfit.SATURATED : null;
    }

    /** Takes its breakers out of the rule's hands, those of models still to come included, or gives them back. */
    public void force(BreakerForce force, String reason) {
        forced = new Forced(force, reason);
        breakers().forEach(each -> each.force(force, reason));
    }

    /** @param reason why new requests are to be kept from it; null: they are not */
    public void keepFree(String reason) {
        drained = reason;
    }

    /** What an operator said of the deployment before this one holds on. */
    public void inherit(ProviderState before) {
        drained = before.drained;
        Forced theirs = before.forced;
        if (theirs.force != BreakerForce.AUTO) {
            force(theirs.force, theirs.reason);
        }
    }

    /** It has taken its place: from now on the gauges tell of it. */
    public void shown() {
        metrics.crowd(settings.name(), limiter);
    }

    /** From now on it only finishes what runs. */
    public void drain() {
        draining = true;
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
                keys.resting(System.nanoTime()),
                draining,
                limiter == null ? 0 : limiter.limit(),
                limiter == null ? 0 : limiter.waiting(),
                drained,
                breakerStatus());
    }

    /** The model's own, made when it is first asked for. */
    public ModelStats pulse(String model) {
        ModelStats known = models.get(model);
        if (known != null) {
            return known;
        }
        return models.size() < MAX_MODELS ? added(model) : others;
    }

    public KeyPool keys() {
        return keys;
    }

    /** The provider's own timeouts. */
    public AttemptTimeouts timeouts() {
        return timeouts;
    }

    /** Null where the provider is given as many as come. */
    public ConcurrencyLimiter limiter() {
        return limiter;
    }

    public ModelListCache modelList() {
        return modelList;
    }

    /** Why an operator keeps new requests from it, or null. */
    public String drained() {
        return drained;
    }

    /** @param listener told, on any thread, when a breaker of this provider has been opened by the rule */
    public void whenTripped(Runnable listener) {
        whenTripped = listener;
    }

    /** Those that time and probes may close again. */
    public List<ProviderBreaker> tripped() {
        return breakers().filter(ProviderBreaker::trippedByRule).toList();
    }

    /** A call that was never sent: breaker open, drained or every key resting. */
    public void rejected() {
        metrics.attempt(settings.name(), Metrics.Attempt.REJECTED);
    }

    public void attemptBegan(ModelStats stats) {
        inFlight.incrementAndGet();
        stats.began();
    }

    public void attemptEnded(ModelStats stats, Outcome outcome) {
        inFlight.decrementAndGet();
        stats.ended();
        metrics.attempt(settings.name(), outcome.counted());
    }

    /** As {@link #pulse}, but one that was never asked leaves no trace. */
    private ModelStats glance(String model) {
        ModelStats known = models.get(model);
        return known == null ? others : known;
    }

    private ModelStats added(String model) {
        ModelStats stats = models.computeIfAbsent(model, name -> new ModelStats(perModel() ? newBreaker() : breaker));
        // Only now does force() see it: before, it might have been missed.
        Forced now = forced;
        if (now.force != BreakerForce.AUTO) {
            stats.breaker().force(now.force, now.reason);
        }
        return stats;
    }

    private ProviderBreaker newBreaker() {
        Breaker rule = settings.config().breaker();
        return new ProviderBreaker(
                vertx,
                settings.name(),
                rule,
                probeMillis,
                this::turned,
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

    /** The gauge has one place for a provider's name, and it is the successor's once this one drains. */
    private void turned(State state) {
        if (!draining) {
            metrics.breaker(
                    settings.name(),
                    switch (worst().state()) {
                        case CLOSED -> Metrics.Breaker.CLOSED;
                        case HALF_OPEN -> Metrics.Breaker.HALF_OPEN;
                        case OPEN -> Metrics.Breaker.OPEN;
                    });
        }
        if (state == State.OPEN) {
            whenTripped.run();
        }
    }
}
