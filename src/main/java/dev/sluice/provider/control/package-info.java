/**
 * Calls to a provider that no client asked for and that cost nothing: its list of models, and the health check that
 * lets an open breaker close early.
 */
package dev.sluice.provider.control;
