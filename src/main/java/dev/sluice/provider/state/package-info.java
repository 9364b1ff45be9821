/**
 * What all event loops share about one provider: its pool of API keys, how its models perform, its list of models and
 * its timeouts.
 */
package dev.sluice.provider.state;
