/**
 * What Sluice knows about provider types and models before any configuration is read: base URLs, paths, quirks, prices,
 * context windows, what a model refuses. The data is in {@code catalog.yaml} and {@code models.yaml}; this package
 * reads it and answers questions about it.
 *
 * <p>{@code config} joins this knowledge with a provider's own stanza. This package knows nothing of the configuration
 * file, of HTTP or of the wire formats.
 */
package dev.sluice.catalog;
