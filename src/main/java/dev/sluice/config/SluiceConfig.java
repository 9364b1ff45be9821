package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.binding.Secret;
import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelInfo;
import java.util.Map;

/**
 * The whole configuration: immutable, validated, with every default filled in.
 *
 * @param catalog facts about models, with {@code model_info} and {@code price_map} applied; not a key of the file
 */
public record SluiceConfig(
        @Key("Where Sluice listens, and how it stops.") ServerConfig server,

        @Key("The backends. Each name is the prefix in provider/model.")
        Map<String, ProviderConfig> providers,

        @Key("Public model names: routes to one or more providers.")
        Map<String, RouteConfig> models,

        @Key("Authentication. If no key is required and no key or issuer is configured, Sluice listens on loopback"
                + " only.")
        AuthConfig auth,

        @Key("Limits and budgets that apply to each key of a tier separately.")
        Map<String, TierConfig> tiers,

        @Key("Limits and budgets that the keys of a team share.")
        Map<String, TeamConfig> teams,

        @Key("Storage of keys, teams and the ledger.") StoreConfig store,
        @Key("Notifications for operators.") AlertsConfig alerts,

        @Key("Facts about models in addition to the built-in table, by model, provider/model, or a pattern of either.")
        Map<String, ModelInfo> modelInfo,

        @Key("Prices and limits of models from a file of LiteLLM or models.dev.")
        PriceMapConfig priceMap,

        @Key("Application and access log.") LogConfig log,
        @Key("Prometheus metrics on the admin listener.") MetricsConfig metrics,
        ModelCatalog catalog) {

    /** Whether the provider's settings or a route name this model, not only a pattern that includes it. */
    public boolean lists(String provider, String model) {
        ProviderConfig of = providers.get(provider);
        return of != null
                && (of.models().contains(model)
                        || of.deployments().containsKey(model)
                        || of.deployments().containsValue(model)
                        || models.values().stream().anyMatch(route -> route.names(provider, model)));
    }

    /** The same configuration with this pepper. */
    public SluiceConfig withPepper(Secret pepper) {
        AuthConfig peppered = new AuthConfig(auth.keys(), auth.jwt(), pepper, auth.required());
        return new SluiceConfig(
                server, providers, models, peppered, tiers, teams, store, alerts, modelInfo, priceMap, log, metrics,
                catalog);
    }

    public SluiceConfig with(Map<String, ProviderConfig> on, Map<String, RouteConfig> routes, ModelCatalog models) {
        return new SluiceConfig(
                server, on, routes, auth, tiers, teams, store, alerts, modelInfo, priceMap, log, metrics, models);
    }
}
