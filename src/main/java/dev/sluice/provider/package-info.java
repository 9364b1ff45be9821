/**
 * One {@link dev.sluice.provider.ProviderVerticle} for each provider and event loop. It takes calls from the bus, asks
 * its {@link dev.sluice.provider.breaker.ProviderBreaker} and {@link dev.sluice.provider.state.KeyPool}, and lets an
 * {@link dev.sluice.provider.attempt.Attempt} talk to the upstream. The only package that sends requests to providers;
 * {@code auth.jwt.JwksClient} and {@code admin.BudgetWebhook} open outbound HTTP, too. Knows nothing of routes, clients
 * or limits.
 */
package dev.sluice.provider;
