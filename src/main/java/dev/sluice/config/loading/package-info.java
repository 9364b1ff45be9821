/**
 * Loads the configuration file into a {@code SluiceConfig}, or reports all its errors: binding, checks between keys,
 * enabled providers. Also the difference between two configurations, and the printed form.
 */
package dev.sluice.config.loading;
