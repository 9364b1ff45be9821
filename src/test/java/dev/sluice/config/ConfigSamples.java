package dev.sluice.config;

import dev.sluice.binding.Secret;
import java.time.Duration;
import java.util.List;

/** Config records with defaults for the components that a test does not set. */
public final class ConfigSamples {

    private ConfigSamples() {}

    /** Static keys alone. */
    public static AuthConfig auth(List<AuthConfig.StaticKey> keys, Secret pepper) {
        return new AuthConfig(keys, null, pepper, false);
    }

    /** Opens at half the calls failed or 80 % slower than a second; without jitter and active probes. */
    public static ProviderConfig.Breaker breaker(int minCalls, Duration openDuration) {
        return new ProviderConfig.Breaker(
                0.5,
                Duration.ofSeconds(1),
                0.8,
                minCalls,
                Duration.ofSeconds(30),
                openDuration,
                0,
                ProviderConfig.Scope.PROVIDER,
                false);
    }

    /** A route with the defaults of the file. */
    public static ServerConfig.ClientTimeouts clientTimeouts() {
        Duration each = Duration.ofSeconds(30);
        return new ServerConfig.ClientTimeouts(each, each, each, each, each, each);
    }

    public static RouteConfig route(
            RouteConfig.Strategy strategy, List<RouteConfig.TargetConfig> targets, List<String> fallbacks) {
        return new RouteConfig(
                strategy,
                RouteConfig.Sticky.NONE,
                targets,
                fallbacks,
                new RouteConfig.FallbacksOn(List.of(), List.of(), List.of()),
                new RouteConfig.TimeoutOverrides(null, null, null, null, null),
                RouteConfig.OnStreamFailure.ERROR,
                new RouteConfig.Hold(16, Duration.ofSeconds(2), false),
                null,
                null,
                LimitsConfig.NONE,
                SanitizeConfig.NONE);
    }
}
