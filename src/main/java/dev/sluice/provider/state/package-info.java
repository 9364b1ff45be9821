/**
 * The state of a provider that all event loops share: its pool of API keys, how its models perform, its list of models
 * and its timeouts.
 */
package dev.sluice.provider.state;
