/**
 * The built-in facts about provider types and models: base URLs, paths, quirks, prices, context windows, restrictions
 * of models. The data is in {@code catalog.yaml} and {@code models.yaml}; this package reads it and looks it up.
 *
 * <p>{@code config} joins this knowledge with a provider's own stanza. This package knows nothing of the configuration
 * file, of HTTP or of the wire formats.
 */
package dev.sluice.catalog;
