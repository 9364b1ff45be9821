/**
 * One {@link dev.sluice.provider.ProviderVerticle} for each backend and event loop. It takes calls from the bus, asks
 * its {@link dev.sluice.provider.breaker.ProviderBreaker} and {@link dev.sluice.provider.state.KeyPool}, and lets an
 * {@link dev.sluice.provider.attempt.Attempt} talk to the upstream. The only package that opens outbound HTTP. Knows
 * nothing of routes, clients or limits.
 */
package dev.sluice.provider;
