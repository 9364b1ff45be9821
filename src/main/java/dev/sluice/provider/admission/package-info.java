/**
 * How many attempts a provider runs at once, and which calls wait for a permit beyond that. The limit is fixed, or
 * adapts to the measured latency.
 */
package dev.sluice.provider.admission;
