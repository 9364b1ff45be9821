package dev.sluice.observe;

import dev.sluice.observe.Metrics.Accounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * The meters of limits, budgets and the ledger. Scopes, kinds and codes are closed sets, so that the maps stay small.
 */
final class AccountMeters {

    private static final double NANO = 1e9;

    private record Label(String scope, String other) {}

    private final MeterRegistry registry;
    private final Map<Label, Counter> alerts = new ConcurrentHashMap<>();
    private final Map<Label, Counter> refusals = new ConcurrentHashMap<>();
    private volatile Accounts source;

    AccountMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("sluice.budget.reserved.usd", this, meters -> meters.now(Accounts::reservedNanoUsd) / NANO)
                .description("US dollars reserved for running requests")
                .register(registry);
        Gauge.builder("sluice.ledger.waiting.rows", this, meters -> meters.now(Accounts::waitingRows))
                .description("Journal rows that are not in the ledger yet")
                .register(registry);
        FunctionCounter.builder("sluice.ledger.refused.rows", this, meters -> meters.now(Accounts::refusedRows))
                .description("Rows lost because the journal was full")
                .register(registry);
        FunctionCounter.builder("sluice.ledger.parked.rows", this, meters -> meters.now(Accounts::parkedRows))
                .description("Rows that the database refused, and that are only in the log")
                .register(registry);
        FunctionCounter.builder("sluice.limits.leaked", this, meters -> meters.now(Accounts::leaked))
                .description("Reservations that were not released in time; above zero is a bug in Sluice")
                .register(registry);
    }

    void from(Accounts accounts) {
        source = accounts;
    }

    void alert(String scope, String kind) {
        alerts.computeIfAbsent(
                        new Label(scope, kind),
                        label -> Counter.builder("sluice.budget.alerts")
                                .description("Budget thresholds reached, each once per period")
                                .tag("scope", scope)
                                .tag("kind", kind)
                                .register(registry))
                .increment();
    }

    void refused(String scope, String reason) {
        refusals.computeIfAbsent(
                        new Label(scope, reason),
                        label -> Counter.builder("sluice.limits.refused")
                                .description("Requests and attempts rejected by a limit or a budget")
                                .tag("scope", scope)
                                .tag("reason", reason)
                                .register(registry))
                .increment();
    }

    private double now(ToLongFunction<Accounts> what) {
        Accounts accounts = source;
        return accounts == null ? 0 : what.applyAsLong(accounts);
    }
}
