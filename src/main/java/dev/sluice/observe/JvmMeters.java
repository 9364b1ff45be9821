package dev.sluice.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.util.concurrent.atomic.AtomicBoolean;

/** The meters of the JVM, bound at the first scrape: the management beans behind them would delay the start. */
final class JvmMeters {

    private final MeterRegistry registry;
    private final AtomicBoolean bound = new AtomicBoolean();

    JvmMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    // The GC binder listens to the collectors for as long as the process lives, as it should.
    @SuppressWarnings("resource")
    void bindOnce() {
        if (!bound.compareAndSet(false, true)) {
            return;
        }
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }
}
