package dev.sluice.observe;

import dev.sluice.model.RequestContext;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Metrics that are off. */
record NoopMetrics() implements Metrics {

    @Override
    public VertxBuilder configure(VertxBuilder builder, VertxOptions options) {
        return builder.with(options);
    }

    @Override
    public void labels(Set<String> routes, Set<String> providers) {}

    @Override
    public void requestStarted() {}

    @Override
    public void record(RequestContext exchange) {}

    @Override
    public void streamOpened() {}

    @Override
    public void streamClosed() {}

    @Override
    public void attempt(String provider, Attempt outcome) {}

    @Override
    public void breaker(String provider, Breaker state) {}

    @Override
    public void concurrency(String provider, ConcurrencyGauges gauges) {}

    @Override
    public void keys(String provider, KeyGauges gauges) {}

    @Override
    public void saturated(String provider) {}

    @Override
    public void usageImplausible(String provider) {}

    @Override
    public void budgetAlert(String scope, String kind) {}

    @Override
    public void refused(String scope, String reason) {}

    @Override
    public void accounts(Accounts accounts) {}

    @Override
    public void limited(String name, LongSupplier used, LongSupplier limit, LongSupplier refusals) {}

    @Override
    public void remembered(RememberedResponses responses) {}

    @Override
    public void configApplied(String revision) {}

    @Override
    public void configRefused() {}

    @Override
    public void logDrops(LongSupplier dropped) {}

    @Override
    public void watchLag(Vertx vertx) {}

    @Override
    public Optional<Scrape> scrape(String accept) {
        return Optional.empty();
    }
}
