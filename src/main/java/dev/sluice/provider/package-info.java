/**
 * One {@link dev.sluice.provider.ProviderVerticle} for each provider and event loop. It receives calls from the bus,
 * acquires a permit from its {@link dev.sluice.provider.breaker.ProviderBreaker} and an API key from its
 * {@link dev.sluice.provider.state.KeyPool}, and runs an {@link dev.sluice.provider.attempt.Attempt}. The only package
 * that sends requests to providers; {@code auth.jwt.JwksClient} and {@code admin.BudgetWebhook} open outbound HTTP
 * connections, too. Knows nothing of routes, clients or limits.
 */
package dev.sluice.provider;
