/**
 * Which targets may serve a model, in which order, and which are left out and why. Immutable but for the counters of
 * its {@link dev.sluice.route.RoutingStrategy orders}: a reload swaps the whole
 * {@link dev.sluice.route.ConfigSnapshot}. How providers do it reads from {@link dev.sluice.model.ProviderHealth}; it
 * neither calls nor waits.
 */
package dev.sluice.route;
