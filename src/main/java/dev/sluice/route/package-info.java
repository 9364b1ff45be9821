/**
 * Routing: which targets serve a model, in which order, and which are skipped and why. A
 * {@link dev.sluice.route.ConfigSnapshot} is immutable except for the counters of its
 * {@link dev.sluice.route.RoutingStrategy strategies}: a reload replaces it. Health comes from
 * {@link dev.sluice.model.ProviderHealth}; planning makes no calls and never blocks.
 */
package dev.sluice.route;
