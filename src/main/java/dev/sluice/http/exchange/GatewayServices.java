package dev.sluice.http.exchange;

import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.http.body.UploadSpace;
import dev.sluice.model.Readiness;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.route.ActiveConfig;
import dev.sluice.stream.FairBudget;
import java.util.function.Supplier;

/**
 * The services of the process that all instances of the data-plane listener share.
 *
 * @param memory for request bodies; providers take from the same budget for responses
 * @param conversations for what WebSockets remember between requests
 * @param readiness for the probes of this listener, which need no key
 */
public record GatewayServices(
        ActiveConfig active,
        GatewayAuthentication authentication,
        Quota quota,
        AttemptLog attemptLog,
        ResourceOwners owners,
        ResponseMemory responses,
        RetryBudgets retries,
        Lifecycle lifecycle,
        FairBudget memory,
        FairBudget conversations,
        UploadSpace uploads,
        Supplier<Readiness> readiness,
        Metrics metrics,
        AccessLog accessLog) {}
