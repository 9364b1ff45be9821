/**
 * The circuit breaker of a provider or of one of its models: a sliding window of outcomes decides when it opens, and
 * the Vert.x circuit breaker times the open period. Knows nothing of HTTP.
 */
package dev.sluice.provider.breaker;
