package dev.sluice.observe;

import dev.sluice.model.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;

/**
 * The meters of one provider: attempts, breaker, first token and tokens. Created when its label becomes known, and
 * removed with the label.
 */
final class ProviderMeters {

    private final List<Meter> all = new ArrayList<>();
    private final Map<Metrics.Attempt, Counter> attempts = new EnumMap<>(Metrics.Attempt.class);
    private final AtomicReference<Metrics.Breaker> breaker = new AtomicReference<>(Metrics.Breaker.CLOSED);
    private final Counter breakerOpened;
    private final Counter saturated;
    private final Timer firstToken;
    private final Counter continued;
    private final Counter usageImplausible;
    private final Counter promptTokens;
    private final Counter completionTokens;
    private final Counter cachedTokens;
    private final Counter reasoningTokens;

    /**
     * @param gauges by provider, of those with a concurrency limit
     * @param keys by provider
     */
    ProviderMeters(
            MeterRegistry registry,
            String provider,
            Map<String, Metrics.ConcurrencyGauges> gauges,
            Map<String, Metrics.KeyGauges> keys) {
        for (Metrics.Attempt outcome : Metrics.Attempt.values()) {
            String label = outcome.name().toLowerCase(Locale.ROOT);
            attempts.put(
                    outcome,
                    added(Counter.builder("sluice.attempts")
                            .description("Attempts at providers")
                            .tags("provider", provider, "outcome", label)
                            .register(registry)));
        }
        added(Gauge.builder(
                        "sluice.breaker.state", breaker, state -> state.get().level())
                .description("0 closed, 1 half-open, 2 open")
                .tag("provider", provider)
                .strongReference(true)
                .register(registry));
        breakerOpened = added(Counter.builder("sluice.breaker.opened")
                .description("Times the breaker opened")
                .tag("provider", provider)
                .register(registry));
        providerGauge(
                registry,
                provider,
                gauges,
                "concurrency.limit",
                "Concurrency limit of the provider; 0: none",
                Metrics.ConcurrencyGauges::limit);
        providerGauge(
                registry,
                provider,
                gauges,
                "waiting",
                "Requests that wait for a permit",
                Metrics.ConcurrencyGauges::waiting);
        providerGauge(
                registry,
                provider,
                keys,
                "cooling.keys",
                "API keys in cooldown for all models",
                Metrics.KeyGauges::coolingKeys);
        providerGauge(
                registry,
                provider,
                keys,
                "cooling.models",
                "Models for which an API key is in cooldown",
                Metrics.KeyGauges::coolingModels);
        saturated = added(Counter.builder("sluice.provider.saturated")
                .description("Requests rejected because the provider was at its concurrency limit")
                .tag("provider", provider)
                .register(registry));
        firstToken = added(Timer.builder("sluice.first.token")
                .description("From the request's first byte to the first event with content of its stream")
                .tag("provider", provider)
                .serviceLevelObjectives(ExchangeMeters.BUCKETS)
                .register(registry));
        continued = added(Counter.builder("sluice.streams.continued")
                .description("Streams that the provider continued after another was cut")
                .tag("provider", provider)
                .register(registry));
        usageImplausible = added(Counter.builder("sluice.usage.implausible")
                .description("Reports of a usage that is impossible for one request; an estimate was counted instead")
                .tag("provider", provider)
                .register(registry));
        promptTokens = tokens(registry, provider, "prompt");
        completionTokens = tokens(registry, provider, "completion");
        cachedTokens = tokens(registry, provider, "cached");
        reasoningTokens = tokens(registry, provider, "reasoning");
    }

    void attempt(Metrics.Attempt outcome) {
        attempts.get(outcome).increment();
    }

    void breaker(Metrics.Breaker state) {
        Metrics.Breaker before = breaker.getAndSet(state);
        if (state == Metrics.Breaker.OPEN && before != Metrics.Breaker.OPEN) {
            breakerOpened.increment();
        }
    }

    void saturated() {
        saturated.increment();
    }

    void firstToken(long nanos) {
        firstToken.record(nanos, TimeUnit.NANOSECONDS);
    }

    void continued() {
        continued.increment();
    }

    void usageImplausible() {
        usageImplausible.increment();
    }

    void usage(Usage usage) {
        promptTokens.increment(usage.promptTokens());
        completionTokens.increment(usage.completionTokens());
        cachedTokens.increment(usage.cachedTokens());
        reasoningTokens.increment(usage.reasoningTokens());
    }

    void removeFrom(MeterRegistry registry) {
        all.forEach(registry::remove);
    }

    private Counter tokens(MeterRegistry registry, String provider, String kind) {
        return added(Counter.builder("sluice.tokens")
                .description("Tokens as providers reported them; prompt includes cached, completion includes reasoning")
                .tags("provider", provider, "kind", kind)
                .register(registry));
    }

    private <G> void providerGauge(
            MeterRegistry registry,
            String provider,
            Map<String, G> gauges,
            String name,
            String description,
            ToIntFunction<G> figure) {
        added(Gauge.builder("sluice.provider." + name, () -> {
                    G current = gauges.get(provider);
                    return current == null ? 0 : figure.applyAsInt(current);
                })
                .description(description)
                .tag("provider", provider)
                .register(registry));
    }

    private <M extends Meter> M added(M meter) {
        all.add(meter);
        return meter;
    }
}
