/**
 * The YAML file as records. Each key is declared once, as an annotated record component
 * ({@link dev.sluice.binding.Key}); parser, JSON Schema, printed config and reload diff all read that declaration.
 *
 * <p>A reading walks one way: text to nodes that know their line ({@code YamlText}), nodes to records
 * ({@code RecordBinder}, {@code ScalarReader}), which providers take part ({@code EnabledProviders}), what keys must
 * agree on ({@code ProviderRules}, {@code RouteRules}, {@code AccessRules}). Every step notes mistakes in one
 * {@code Diagnostics} and goes on, so that people see all of them at once.
 * {@link dev.sluice.config.loading.ConfigLoader} is the table of contents.
 *
 * <p>What is known of each provider type is data: {@code catalog.yaml}, read by
 * {@link dev.sluice.catalog.ProviderCatalog} and joined with a provider's own stanza by
 * {@link dev.sluice.config.ProviderSettings}.
 *
 * <p>Knows nothing of verticles or HTTP, and starts fast: it is on the way to the ready line.
 */
package dev.sluice.config;
