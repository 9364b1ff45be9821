package dev.sluice.config;

import java.util.Map;

/** The whole configuration: immutable, validated, with every default filled in. */
public record SluiceConfig(
        @Key("Where Sluice listens, and how it stops.") ServerConfig server,

        @Key("The backends. The name of each is the prefix in provider/model.")
        Map<String, ProviderConfig> providers,

        @Key("Public model names: routes over providers.") Map<String, RouteConfig> models,

        @Key("Who may call. With no keys Sluice listens on loopback only.")
        AuthConfig auth,

        @Key("The application and access log.") LogConfig log,
        @Key("Prometheus metrics on the admin listener.") MetricsConfig metrics) {}
