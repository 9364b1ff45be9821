/**
 * From the text of the configuration file to a {@code SluiceConfig}, or to every reason why not: binding, checks
 * between keys, which providers are enabled. Also what is derived from a configuration: the difference between two, the
 * printed form, the JSON Schema.
 */
package dev.sluice.config.loading;
