package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.binding.Secret;
import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelInfo;
import java.util.Map;

/**
 * The whole configuration: immutable, validated, with every default filled in.
 *
 * @param catalogue what is known of models, these settings included; no key of the file
 */
public record SluiceConfig(
        @Key("Where Sluice listens, and how it stops.") ServerConfig server,

        @Key("The backends. The name of each is the prefix in provider/model.")
        Map<String, ProviderConfig> providers,

        @Key("Public model names: routes over providers.") Map<String, RouteConfig> models,

        @Key("Who may call. With no keys, no issuer and not required Sluice listens on loopback only.")
        AuthConfig auth,

        @Key("What the keys of a tier may use, each for itself.")
        Map<String, TierConfig> tiers,

        @Key("What the keys of a team may use together.") Map<String, TeamConfig> teams,
        @Key("Where keys, teams and the ledger are kept.") StoreConfig store,
        @Key("Who is told when something needs a person.") AlertsConfig alerts,

        @Key("What is known of models beyond the built-in table: a model, provider/model, or a pattern of either.")
        Map<String, ModelInfo> modelInfo,

        @Key("Prices and limits of models from a file of LiteLLM's or models.dev's.")
        PriceMapConfig priceMap,

        @Key("The application and access log.") LogConfig log,
        @Key("Prometheus metrics on the admin listener.") MetricsConfig metrics,
        ModelCatalog catalogue) {

    /** The same with this pepper. */
    public SluiceConfig withPepper(Secret pepper) {
        AuthConfig seasoned = new AuthConfig(auth.keys(), auth.jwt(), pepper, auth.required());
        return new SluiceConfig(
                server, providers, models, seasoned, tiers, teams, store, alerts, modelInfo, priceMap, log, metrics,
                catalogue);
    }

    public SluiceConfig with(Map<String, ProviderConfig> on, Map<String, RouteConfig> routes, ModelCatalog models) {
        return new SluiceConfig(
                server, on, routes, auth, tiers, teams, store, alerts, modelInfo, priceMap, log, metrics, models);
    }
}
