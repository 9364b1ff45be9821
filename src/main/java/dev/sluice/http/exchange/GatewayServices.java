package dev.sluice.http.exchange;

import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.model.Readiness;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.route.ActiveConfig;
import java.util.function.Supplier;

/**
 * The services of the process that all instances of the data-plane listener share.
 *
 * @param readiness for the probes of this listener, which need no key
 */
public record GatewayServices(
        ActiveConfig active,
        GatewayAuthentication authentication,
        Quota quota,
        AttemptLog attemptLog,
        RetryBudgets retries,
        Lifecycle lifecycle,
        Supplier<Readiness> readiness,
        Metrics metrics,
        AccessLog accessLog) {}
