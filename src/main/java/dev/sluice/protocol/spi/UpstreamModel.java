package dev.sluice.protocol.spi;

import dev.sluice.catalog.ChatVariant;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.Surface;
import java.util.List;
import java.util.Map;

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

    /** As {@link #of(ProviderSettings, String)}, without the parameters that the provider lacks on the surface. */
    public static UpstreamModel of(ProviderSettings settings, String model, Surface surface) {
        UpstreamModel target = of(settings, model);
        List<String> drops = settings.type().surfaceDrops().get(surface.label());
        if (drops == null) {
            return target;
        }
        Quirks lacking = new Quirks(Map.of(), drops, Map.of(), Quirks.StreamUsage.ASK, false);
        return new UpstreamModel(
                target.provider,
                target.variant,
                target.model,
                target.apiVersion,
                lacking.plus(target.quirks),
                target.facts);
    }
}
