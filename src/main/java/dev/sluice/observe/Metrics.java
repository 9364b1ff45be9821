package dev.sluice.observe;

import dev.sluice.config.MetricsConfig;
import dev.sluice.model.RequestContext;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What Sluice counts. Every method may be called from any thread, never waits, and does nothing where metrics are off.
 * Providers and routes that {@link #labels} did not name are counted as {@code other}.
 */
public interface Metrics {

    /** How one attempt at a provider ended. */
    enum Attempt {
        OK,
        FAILED,
        /** The provider asked us to slow down; not a failure of its own. */
        THROTTLED,
        /** The provider refused the request itself: a client's mistake, or our key. */
        REFUSED,
        CANCELLED,
        /** Never sent: breaker open, every key resting, or queue full. */
        REJECTED
    }

    /** A breaker's state. */
    enum Breaker {
        CLOSED(0),
        HALF_OPEN(1),
        OPEN(2);

        private final int level;

        Breaker(int level) {
            this.level = level;
        }

        /** The gauge's value. */
        int level() {
            return level;
        }
    }

    /** A scrape in the format that was asked for. */
    record Scrape(String contentType, String body) {}

    static Metrics create(MetricsConfig config) {
        return config.enabled() ? new PrometheusMetrics() : new NoopMetrics();
    }

    /** Metrics that are off. */
    static Metrics off() {
        return new NoopMetrics();
    }

    /** Gives Vert.x its options and, where metrics are on, this registry for its own pools. */
    VertxBuilder configure(VertxBuilder builder, VertxOptions options);

    /** Names the label values of the configuration that serves now. Series of names that are gone go with them. */
    void labels(Set<String> routes, Set<String> providers);

    /** An exchange began; {@link #record} ends it. */
    void began();

    /** Counts an ended exchange; once for each {@link #began}. */
    void record(RequestContext exchange);

    void streamOpened();

    void streamClosed();

    void attempt(String provider, Attempt outcome);

    /** A provider's breaker is in this state now. Entering {@link Breaker#OPEN} counts as an opening. */
    void breaker(String provider, Breaker state);

    /** How many a provider is given at once, read at each scrape. */
    interface ConcurrencyGauges {
        int limit();

        int waiting();
    }

    /** From now on this is the provider's; null where it has no bound. */
    void concurrency(String provider, ConcurrencyGauges crowd);

    /** A request was refused because its provider runs as many as it may. */
    void saturated(String provider);

    /**
     * A budget came to a mark.
     *
     * @param scope whose: {@code key}, {@code tier}, {@code team}
     * @param kind {@code warning}, {@code spent} or {@code refused}
     */
    void budgetAlert(String scope, String kind);

    /**
     * A request, or an attempt at a provider, was refused by a limit or a budget.
     *
     * @param scope whose: {@code key}, {@code tier}, {@code team}, {@code model}, {@code provider}
     * @param reason the error's code
     */
    void refused(String scope, String reason);

    /** What is held and not yet written, read at each scrape. */
    interface Accounts {
        long reservedNanoUsd();

        /** Grants that nobody gave back. */
        long leaked();

        long waitingRows();

        /** Rows that found no room. */
        long refusedRows();
    }

    /** From now on these are the process's. */
    void accounts(Accounts accounts);

    void configApplied(String revision);

    void configRefused();

    /** Where to read how many log lines were lost. */
    void logDrops(LongSupplier dropped);

    /** Measures how late timers of the calling event loop fire, until its verticle is undeployed. */
    void watchLag(Vertx vertx);

    /**
     * Everything as text, in OpenMetrics format if {@code accept} names it; empty where metrics are off. Takes
     * milliseconds.
     */
    Optional<Scrape> scrape(String accept);
}
