package dev.sluice.provider;

import dev.sluice.stream.Watchdog;

/**
 * What the calls of one provider on one event loop share.
 *
 * @param state shared by the provider's instances on all event loops
 */
record ProviderContext(ProviderState state, UpstreamClient upstream, UpstreamHeaders headers, Watchdog watchdog) {}
