package dev.sluice.provider.attempt;

import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import dev.sluice.stream.Watchdog;

/**
 * What the calls of one provider on one event loop share.
 *
 * @param state shared by the provider's instances on all event loops
 */
public record ProviderContext(
        ProviderState state, UpstreamClient upstream, UpstreamHeaders headers, Watchdog watchdog) {}
