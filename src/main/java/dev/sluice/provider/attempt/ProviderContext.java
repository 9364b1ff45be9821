package dev.sluice.provider.attempt;

import dev.sluice.model.GatewayError;
import dev.sluice.model.KeyFault;
import dev.sluice.model.KeyFault.Scope;
import dev.sluice.provider.state.KeyCheck;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.Watchdog;
import dev.sluice.stream.WorkerPool;

/**
 * The services that the calls of one provider share on one event loop.
 *
 * @param state of the provider, shared by its instances on all event loops
 * @param memory of the process, for responses
 * @param keyCheck null where the provider has no request that checks a key at no cost
 */
public record ProviderContext(
        ProviderState state,
        UpstreamClient upstream,
        UpstreamHeaders headers,
        Watchdog watchdog,
        WorkerPool bodyWorkers,
        FairBudget memory,
        KeyCheck keyCheck) {

    /** The model of relayed requests that have none. */
    private static final String ANY_MODEL = "*";

    /**
     * Reports the error of an attempt to its key.
     *
     * @param relayed whether path and body are the caller's choice: then only the throttling of a model counts
     * @return true when another key may be tried at once
     */
    boolean failed(KeyPool.Lease key, GatewayError error, String model, boolean relayed) {
        KeyFault fault = error.keyFault();
        boolean throttled = fault.scope() == Scope.MODEL && !model.equals(ANY_MODEL);
        boolean suspected = relayed && fault.scope() != Scope.NONE && !throttled;
        GatewayError known = headers.withoutSecrets(error, key.secret());
        return key.failed(
                suspected ? known.withKeyFault(new KeyFault(Scope.SUSPECTED, fault.detail())) : known, keyCheck);
    }
}
