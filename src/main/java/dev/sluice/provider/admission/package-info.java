/**
 * How many attempts a provider runs at once, and which callers wait for a permit when it is full. The limit is fixed or
 * finds itself from measured latency.
 */
package dev.sluice.provider.admission;
