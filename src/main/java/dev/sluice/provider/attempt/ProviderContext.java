package dev.sluice.provider.attempt;

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
 */
public record ProviderContext(
        ProviderState state,
        UpstreamClient upstream,
        UpstreamHeaders headers,
        Watchdog watchdog,
        WorkerPool bodyWorkers,
        FairBudget memory) {}
