package dev.sluice.observe;

import dev.sluice.model.RequestContext;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Metrics in a Prometheus registry, which vertx-micrometer shares. Every meter is found without building a string. */
final class PrometheusMetrics implements Metrics {

    private static final long LAG_INTERVAL_MILLIS = 500;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExchangeMeters exchanges = new ExchangeMeters(registry);
    private final Map<String, ProviderMeters> providers = new ConcurrentHashMap<>();
    private final Map<String, ConcurrencyGauges> concurrencyGauges = new ConcurrentHashMap<>();
    private final Map<String, KeyGauges> keyGauges = new ConcurrentHashMap<>();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder openStreams = new LongAdder();
    private final ConfigMeters config = new ConfigMeters(registry);
    private final AccountMeters accounts = new AccountMeters(registry);
    private final JvmMeters jvm = new JvmMeters(registry);
    private final Timer lag;
    private volatile KnownLabels known = new KnownLabels(Set.of(), Set.of());
    private volatile LongSupplier logDrops = () -> 0;

    PrometheusMetrics() {
        Gauge.builder("sluice.in.flight", inFlight, LongAdder::sum)
                .description("Exchanges running now")
                .register(registry);
        Gauge.builder("sluice.open.streams", openStreams, LongAdder::sum)
                .description("Streams open towards clients")
                .register(registry);
        FunctionCounter.builder("sluice.log.dropped", this, metrics -> metrics.logDrops.getAsLong())
                .description("Access lines lost because the log was read too slowly")
                .register(registry);
        lag = Timer.builder("sluice.event.loop.lag")
                .description("How late timers of event loops fire")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2))
                .register(registry);
    }

    @Override
    public VertxBuilder configure(VertxBuilder builder, VertxOptions options) {
        // Vert.x would time every request, message and socket again, with string keys, on the event loop: exchanges are
        // counted here. Only its pools (workers, and connections to each provider) can be counted nowhere else.
        MicrometerMetricsOptions metrics = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setRegistryName("sluice-" + UUID.randomUUID())
                .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
                .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
                // Each connection to PostgreSQL would register the same gauges again, with a warning.
                .addDisabledMetricsCategory("sql");
        return builder.with(options.setMetricsOptions(metrics)).withMetrics(new MicrometerMetricsFactory(registry));
    }

    @Override
    public void labels(Set<String> routes, Set<String> providerNames) {
        KnownLabels next = new KnownLabels(routes, providerNames);
        next.providers().forEach(this::provider);
        known = next;
        exchanges.keep(next);
        providers.entrySet().removeIf(entry -> {
            boolean gone = !next.providers().contains(entry.getKey())
                    && !entry.getKey().equals(KnownLabels.OTHER);
            if (gone) {
                entry.getValue().removeFrom(registry);
            }
            return gone;
        });
        concurrencyGauges.keySet().retainAll(next.providers());
        keyGauges.keySet().retainAll(next.providers());
    }

    @Override
    public void requestStarted() {
        inFlight.increment();
    }

    @Override
    public void record(RequestContext exchange) {
        inFlight.decrement();
        KnownLabels labels = known;
        exchanges.record(exchange, labels.route(exchange.route), labels.provider(exchange.provider));
        if (exchange.provider == null) {
            return;
        }
        ProviderMeters provider = provider(labels.provider(exchange.provider));
        if (exchange.firstTokenNanos != 0) {
            provider.firstToken(exchange.firstTokenNanos - exchange.startNanos);
        }
        if (exchange.continued != null) {
            provider.continued();
        }
        if (exchange.usage.known()) {
            provider.usage(exchange.usage);
        }
    }

    @Override
    public void streamOpened() {
        openStreams.increment();
    }

    @Override
    public void streamClosed() {
        openStreams.decrement();
    }

    @Override
    public void attempt(String provider, Attempt outcome) {
        provider(known.provider(provider)).attempt(outcome);
    }

    @Override
    public void breaker(String provider, Breaker state) {
        // Providers that share a gauge would overwrite each other: the breaker of an unknown provider is not shown.
        if (known.providers().contains(provider)) {
            provider(provider).breaker(state);
        }
    }

    @Override
    public void concurrency(String provider, ConcurrencyGauges gauges) {
        if (gauges == null) {
            concurrencyGauges.remove(provider);
        } else {
            concurrencyGauges.put(provider, gauges);
        }
    }

    @Override
    public void keys(String provider, KeyGauges gauges) {
        keyGauges.put(provider, gauges);
    }

    @Override
    public void saturated(String provider) {
        provider(known.provider(provider)).saturated();
    }

    @Override
    public void usageImplausible(String provider) {
        provider(known.provider(provider)).usageImplausible();
    }

    @Override
    public void budgetAlert(String scope, String kind) {
        accounts.alert(scope, kind);
    }

    @Override
    public void refused(String scope, String reason) {
        accounts.refused(scope, reason);
    }

    @Override
    public void accounts(Accounts source) {
        accounts.from(source);
    }

    @Override
    public void limited(String name, LongSupplier used, LongSupplier limit, LongSupplier refusals) {
        Gauge.builder("sluice." + name + ".used.bytes", used::getAsLong)
                .description("Bytes in use, of the limit for the whole process")
                .register(registry);
        Gauge.builder("sluice." + name + ".limit.bytes", limit::getAsLong)
                .description("Bytes that may be in use in the whole process")
                .register(registry);
        FunctionCounter.builder("sluice." + name + ".refused", this, metrics -> refusals.getAsLong())
                .description("Requests and responses refused for want of these bytes")
                .register(registry);
    }

    @Override
    public void remembered(RememberedResponses responses) {
        ResponseMeters.register(registry, responses);
    }

    @Override
    public void configApplied(String revision) {
        config.applied(revision);
    }

    @Override
    public void configRefused() {
        config.refused();
    }

    @Override
    public void logDrops(LongSupplier dropped) {
        logDrops = dropped;
    }

    @Override
    public void watchLag(Vertx vertx) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAG_INTERVAL_MILLIS);
        // Not a periodic timer: that fires early after it was late, and hides half of the lag.
        vertx.setTimer(LAG_INTERVAL_MILLIS, id -> {
            lag.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
            watchLag(vertx);
        });
    }

    @Override
    public Optional<Scrape> scrape(String accept) {
        jvm.bindOnce();
        boolean openMetrics = accept != null && accept.contains("application/openmetrics-text");
        String contentType = openMetrics
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
        return Optional.of(new Scrape(contentType, registry.scrape(contentType)));
    }

    private ProviderMeters provider(String label) {
        ProviderMeters meters = providers.get(label);
        return meters != null
                ? meters
                : providers.computeIfAbsent(
                        label, name -> new ProviderMeters(registry, name, concurrencyGauges, keyGauges));
    }
}
