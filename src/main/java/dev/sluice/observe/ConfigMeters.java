package dev.sluice.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicReference;

/** The meters of the active configuration and of its edits. */
final class ConfigMeters {

    private final MeterRegistry registry;
    private final Counter applied;
    private final Counter refused;
    private final AtomicReference<Gauge> revision = new AtomicReference<>();
    private volatile boolean lastRefused;

    ConfigMeters(MeterRegistry registry) {
        this.registry = registry;
        this.applied = reloads("applied");
        this.refused = reloads("refused");
        Gauge.builder("sluice.config.last.refused", this, config -> config.lastRefused ? 1 : 0)
                .description("1 while the newest edit of the configuration was rejected and an older one is active")
                .register(registry);
    }

    void applied(String revisionHash) {
        lastRefused = false;
        applied.increment();
        Gauge before = revision.getAndSet(null);
        if (before != null) {
            registry.remove(before);
        }
        // The registry treats names that end in "info" as gauges with the constant 1.
        revision.set(Gauge.builder("sluice.config.revision.info", () -> 1)
                .description("Hash of the active configuration")
                .tag("revision", revisionHash)
                .register(registry));
    }

    void refused() {
        lastRefused = true;
        refused.increment();
    }

    private Counter reloads(String result) {
        return Counter.builder("sluice.config.reloads")
                .description("Configurations read, including the first")
                .tag("result", result)
                .register(registry);
    }
}
