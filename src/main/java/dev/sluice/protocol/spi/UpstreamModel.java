package dev.sluice.protocol.spi;

import dev.sluice.catalog.ChatVariant;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.config.ProviderSettings;

/**
 * The model at one provider that a request is encoded for.
 *
 * @param provider its name in the config
 * @param variant of OpenAI's formats at the provider, from its type in the catalog
 * @param model the model's name at the provider
 * @param apiVersion the {@code api_version} that the config gives the provider, or null
 */
public record UpstreamModel(
        String provider, ChatVariant variant, String model, String apiVersion, Quirks quirks, ModelFacts facts) {

    public static UpstreamModel of(ProviderSettings settings, String model) {
        String name = settings.upstreamModel(model);
        ModelFacts facts = settings.facts(model);
        return new UpstreamModel(
                settings.name(),
                settings.type().variant(),
                name,
                settings.config().apiVersion(),
                settings.quirks(facts),
                facts);
    }
}
