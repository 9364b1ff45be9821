/**
 * The records of the configuration file. Each key is declared once, as an annotated record component
 * ({@link dev.sluice.binding.Key}); parser, JSON Schema, printed config and reload diff all read that declaration.
 *
 * <p>{@link dev.sluice.config.loading.ConfigLoader} loads the file in steps: text to nodes that know their line
 * ({@code YamlText}), nodes to records ({@code RecordBinder}, {@code ScalarReader}), enabled providers
 * ({@code EnabledProviders}), rules between keys ({@code ProviderRules}, {@code RouteRules}, {@code AccessRules}). Each
 * step records its errors in one {@code Diagnostics} and continues, so that operators see all errors at once.
 *
 * <p>Facts about provider types are data: {@code catalog.yaml}, read by {@link dev.sluice.catalog.ProviderCatalog} and
 * joined with a provider's own stanza by {@link dev.sluice.config.ProviderSettings}.
 *
 * <p>The package does not depend on verticles or HTTP. Loading is fast, because every start waits for it.
 */
package dev.sluice.config;
