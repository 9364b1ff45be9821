package dev.sluice.observe;

import dev.sluice.observe.Metrics.Reference;
import dev.sluice.observe.Metrics.RememberedResponses;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** The meters of the responses that Sluice remembers, and of the references to them. */
final class ResponseMeters {

    private ResponseMeters() {}

    /** The registry holds the source only weakly; the process holds it. */
    static void register(MeterRegistry registry, RememberedResponses source) {
        Gauge.builder("sluice.stored.responses", source, RememberedResponses::responses)
                .description("Responses in memory that no provider stores")
                .register(registry);
        Gauge.builder("sluice.stored.responses.used.bytes", source, RememberedResponses::usedBytes)
                .description("Bytes of these responses, their inputs and their ids")
                .register(registry);
        Gauge.builder("sluice.stored.responses.limit.bytes", source, RememberedResponses::limitBytes)
                .description("Bytes that these responses may have")
                .register(registry);
        for (Reference outcome : Reference.values()) {
            FunctionCounter.builder("sluice.response.references", source, remembered -> remembered.references(outcome))
                    .description("References of requests to earlier responses and items")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }
}
