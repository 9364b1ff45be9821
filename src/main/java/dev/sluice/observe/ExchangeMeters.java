package dev.sluice.observe;

import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The meters of exchanges: counts and durations. They are looked up by a small key object in concurrent maps, which
 * event loops read without contention; Micrometer's own lookup would build and hash a list of tags each time.
 */
final class ExchangeMeters {

    /** From a cached response to the longest stream. Micrometer's default would be 70 buckets. */
    static final Duration[] BUCKETS = {
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
        Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
        Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30),
        Duration.ofSeconds(60), Duration.ofSeconds(120), Duration.ofSeconds(300), Duration.ofSeconds(600)
    };

    private static final String[] STATUS_CLASSES = {KnownLabels.NONE, "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final MeterRegistry registry;
    private final Map<RequestKey, Counter> requests = new ConcurrentHashMap<>();
    private final Map<DurationKey, Timer> durations = new ConcurrentHashMap<>();
    private final Map<CancelCause, Counter> cancelled = new EnumMap<>(CancelCause.class);

    ExchangeMeters(MeterRegistry registry) {
        this.registry = registry;
        for (CancelCause cause : CancelCause.values()) {
            cancelled.put(
                    cause,
                    Counter.builder("sluice.cancelled")
                            .description("Cancelled exchanges")
                            .tag("cause", cause.label())
                            .register(registry));
        }
    }

    void record(RequestContext exchange, String route, String provider) {
        String surface = exchange.surface == null ? KnownLabels.NONE : exchange.surface.label();
        String outcome = exchange.outcome();
        requests(new RequestKey(surface, route, provider, outcome, statusClass(exchange.status)))
                .increment();
        duration(new DurationKey(surface, outcome))
                .record(exchange.endNanos - exchange.startNanos, TimeUnit.NANOSECONDS);
        if (exchange.cancelCause != null) {
            cancelled.get(exchange.cancelCause).increment();
        }
    }

    /** Removes the series that name a route or provider which is no longer known. */
    void keep(KnownLabels known) {
        requests.entrySet().removeIf(entry -> {
            RequestKey key = entry.getKey();
            boolean gone =
                    isGone(key.route, known.route(key.route)) || isGone(key.provider, known.provider(key.provider));
            if (gone) {
                registry.remove(entry.getValue());
            }
            return gone;
        });
    }

    private static boolean isGone(String label, String now) {
        return !label.equals(now) && !label.equals(KnownLabels.NONE);
    }

    private Counter requests(RequestKey key) {
        Counter counter = requests.get(key);
        return counter != null ? counter : requests.computeIfAbsent(key, this::newRequests);
    }

    private Counter newRequests(RequestKey key) {
        return Counter.builder("sluice.requests")
                .description("Ended exchanges")
                .tags("endpoint", key.surface, "route", key.route, "provider", key.provider)
                .tags("outcome", key.outcome, "status", key.status)
                .register(registry);
    }

    private Timer duration(DurationKey key) {
        Timer timer = durations.get(key);
        return timer != null ? timer : durations.computeIfAbsent(key, this::newDuration);
    }

    private Timer newDuration(DurationKey key) {
        return Timer.builder("sluice.request.duration")
                .description("From the request's first byte to the response's last")
                .tags("endpoint", key.surface, "outcome", key.outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static String statusClass(int status) {
        int hundreds = status / 100;
        return hundreds < STATUS_CLASSES.length ? STATUS_CLASSES[hundreds] : KnownLabels.OTHER;
    }

    private record RequestKey(String surface, String route, String provider, String outcome, String status) {}

    private record DurationKey(String surface, String outcome) {}
}
