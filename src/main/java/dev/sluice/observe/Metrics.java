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
 * Sluice's metrics. Every method may be called from any thread, never waits, and does nothing where metrics are off.
 * Providers and routes that {@link #labels} did not name are counted as {@code other}.
 */
public interface Metrics {

    /** The outcome of one attempt at a provider. */
    enum Attempt {
        OK,
        FAILED,
        /** The provider throttled the request; not a failure. */
        THROTTLED,
        /** The provider refused the request: a client's mistake, or a rejected API key. */
        REFUSED,
        CANCELLED,
        /** Never sent: breaker open, every key in cooldown, or queue full. */
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

    /** The outcome of a reference to an earlier response or item of the same owner. */
    enum Reference {
        FOUND,
        /** Not used for {@code server.stored_responses.ttl}. */
        EXPIRED,
        /** Newer responses took its room. */
        EVICTED,
        /** Never kept, or not with its whole input. */
        TOO_LARGE,
        /** The connection forgot it, because its continuation failed. */
        FAILED,
        /** Of a provider, another owner, another instance or the time before a start; or forgotten long ago. */
        UNKNOWN
    }

    /** A scrape in the requested format. */
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

    /** Sets the label values of the active configuration. The series of removed names are removed. */
    void labels(Set<String> routes, Set<String> providers);

    /** An exchange has started; {@link #record} ends it. */
    void requestStarted();

    /** Counts an ended exchange; once for each {@link #requestStarted}. */
    void record(RequestContext exchange);

    void streamOpened();

    void streamClosed();

    void attempt(String provider, Attempt outcome);

    /** A provider's breaker is in this state now. Entering {@link Breaker#OPEN} counts as an opening. */
    void breaker(String provider, Breaker state);

    /** The concurrency limit of a provider and its queue, read at each scrape. */
    interface ConcurrencyGauges {
        int limit();

        int waiting();
    }

    /** Sets the gauges of a provider; null where it has no concurrency limit. */
    void concurrency(String provider, ConcurrencyGauges gauges);

    /** The API keys of a provider that are in cooldown. */
    interface KeyGauges {
        int coolingKeys();

        int coolingModels();
    }

    /** Sets the gauges of a provider's API keys. */
    void keys(String provider, KeyGauges gauges);

    /** A request was rejected because its provider is at its concurrency limit. */
    void saturated(String provider);

    /** A provider reported a usage that is impossible for one request. */
    void usageImplausible(String provider);

    /**
     * A budget reached a threshold.
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

    /** Reservations and unwritten ledger rows, read at each scrape. */
    interface Accounts {
        long reservedNanoUsd();

        /** Reservations that were never released. */
        long leaked();

        long waitingRows();

        /** Rows for which the journal had no space. */
        long refusedRows();

        /** Rows that the database refused, because of their values. */
        long parkedRows();
    }

    /** Sets the gauges of the process. */
    void accounts(Accounts accounts);

    /**
     * Adds the gauges of a limited quantity of the process, read at each scrape.
     *
     * @param name of the quantity, as part of the metrics' names
     * @param refusals how often it was refused
     */
    void limited(String name, LongSupplier used, LongSupplier limit, LongSupplier refusals);

    /** Responses that Sluice remembers because no provider does, read at each scrape. */
    interface RememberedResponses {
        long responses();

        long usedBytes();

        long limitBytes();

        long references(Reference outcome);
    }

    /** Sets the source of the meters of remembered responses. */
    void remembered(RememberedResponses responses);

    void configApplied(String revision);

    void configRefused();

    /** Sets the source of the number of lost access log lines. */
    void logDrops(LongSupplier dropped);

    /** Measures how late timers of the calling event loop fire, until its verticle is undeployed. */
    void watchLag(Vertx vertx);

    /**
     * Everything as text, in OpenMetrics format if {@code accept} names it; empty where metrics are off. Takes
     * milliseconds.
     */
    Optional<Scrape> scrape(String accept);
}
