/**
 * Calls to a provider that no client requested and that cost nothing: its model list, and the health check that lets an
 * open breaker be probed early.
 */
package dev.sluice.provider.control;
