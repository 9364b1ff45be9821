/**
 * Calls to a provider on Sluice's own behalf, which cost nothing: fetching its model list, and the health check after
 * which an open breaker is probed early.
 */
package dev.sluice.provider.control;
