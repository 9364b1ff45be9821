/**
 * Which targets may serve a model, in which order. Immutable: a reload swaps the whole
 * {@link dev.sluice.route.Serving}. Knows names only; it neither calls nor waits.
 */
package dev.sluice.route;
