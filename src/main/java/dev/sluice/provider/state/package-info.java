/**
 * The state of a provider that all event loops share: its API keys, the statistics of its models, its model list and
 * its timeouts.
 */
package dev.sluice.provider.state;
