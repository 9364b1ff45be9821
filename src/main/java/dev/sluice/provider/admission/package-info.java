/**
 * Limits how many attempts a provider runs at once, and queues the calls that wait for a permit. The limit is fixed, or
 * adapts to the measured latency.
 */
package dev.sluice.provider.admission;
