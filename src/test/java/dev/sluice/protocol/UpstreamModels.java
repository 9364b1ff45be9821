package dev.sluice.protocol;

import dev.sluice.catalog.ChatVariant;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.catalog.Quirks;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.Set;

/** Upstream models for encoder tests. */
public final class UpstreamModels {

    private UpstreamModels() {}

    /** The variant of a provider type in the catalog, or of {@code openai_compatible} if there is no such type. */
    public static ChatVariant variant(String type) {
        ProviderType known = ProviderCatalog.builtIn().type(type);
        return (known == null ? ProviderCatalog.builtIn().type("openai_compatible") : known).variant();
    }

    public static UpstreamModel of(String model, Trait... traits) {
        return of(model, Quirks.NONE, traits);
    }

    public static UpstreamModel of(String model, Quirks quirks, Trait... traits) {
        return new UpstreamModel(
                "p", variant("openai_compatible"), model, null, quirks, new ModelFacts(0, 0, Set.of(traits)));
    }
}
