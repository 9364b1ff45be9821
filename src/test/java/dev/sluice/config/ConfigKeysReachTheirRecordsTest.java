package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.binding.ByteSize;
import dev.sluice.binding.Secret;
import dev.sluice.catalog.MediaPrice;
import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelInfo;
import dev.sluice.catalog.PriceMode;
import dev.sluice.catalog.PriceTier;
import dev.sluice.catalog.Quirks;
import dev.sluice.config.ProviderConfig.ApiKey;
import dev.sluice.config.RouteConfig.TargetConfig;
import dev.sluice.model.Budget;
import dev.sluice.model.Role;
import dev.sluice.model.Strictness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every key reaches its component, and every component has its default. */
class ConfigKeysReachTheirRecordsTest {

    private static final SimulatorConfig STILL =
            simulator(Duration.ZERO, Duration.ZERO, 0, 120, 0, "status-503", false);

    @Test
    void absentKeysGetTheirDefaults() {
        SluiceConfig config = Configs.config("providers: { local: { type: simulator } }");

        assertThat(config.server())
                .isEqualTo(new ServerConfig(
                        "127.0.0.1",
                        8080,
                        new ServerConfig.AdminConfig("127.0.0.1", 8081),
                        new ByteSize(20 << 20),
                        new ByteSize(512 << 20),
                        128,
                        new ByteSize(0),
                        new ByteSize(0),
                        Duration.ofSeconds(30),
                        new ServerConfig.ClientTimeouts(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(10),
                                Duration.ofSeconds(75),
                                Duration.ofHours(1),
                                Duration.ofSeconds(60)),
                        null,
                        Strictness.OFF,
                        Duration.ofSeconds(15),
                        new RequestLimits(0, 0, 0, 0),
                        ServerConfig.UnknownPrice.FLAG,
                        null,
                        new ServerConfig.StoredResponses(new ByteSize(64 << 20), Duration.ofHours(8))));
        assertThat(config.models()).isEmpty();
        assertThat(config.tiers()).isEmpty();
        assertThat(config.teams()).isEmpty();
        assertThat(config.alerts()).isEqualTo(new AlertsConfig(null));
        assertThat(config.store())
                .isEqualTo(new StoreConfig(
                        "sqlite:data/sluice.db",
                        null,
                        new ByteSize(256 << 20),
                        Duration.ofDays(90),
                        Duration.ofDays(400),
                        Duration.ofHours(1),
                        true));
        assertThat(config.auth()).isEqualTo(new AuthConfig(List.of(), null, null, false));
        assertThat(config.modelInfo()).isEmpty();
        assertThat(config.priceMap()).isNull();
        assertThat(config.catalog()).isEqualTo(ModelCatalog.builtIn());
        assertThat(config.log()).isEqualTo(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.INFO, true));
        assertThat(config.metrics()).isEqualTo(new MetricsConfig(true));
        assertThat(config.providers())
                .isEqualTo(Map.of(
                        "local",
                        new ProviderConfig(
                                "simulator",
                                null,
                                null,
                                Map.of(),
                                List.of(),
                                List.of("*"),
                                Duration.ofHours(1),
                                ProviderConfig.Enabled.AUTO,
                                Map.of(),
                                new ProviderConfig.ProviderTimeouts(
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(5),
                                        Duration.ofMinutes(10)),
                                new ProviderConfig.Pool(256, 512, Duration.ofSeconds(15), ProviderConfig.Http2.AUTO),
                                new ProviderConfig.Breaker(
                                        0.5,
                                        Duration.ofSeconds(60),
                                        0.8,
                                        10,
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(15),
                                        0.2,
                                        ProviderConfig.Scope.PROVIDER,
                                        true),
                                new ProviderConfig.Retry(2, Duration.ofMillis(200), Duration.ofSeconds(5), 0.2),
                                LimitsConfig.NONE,
                                new ProviderConfig.Concurrency(false, 20, 4, 1000, 100, Duration.ofSeconds(1)),
                                1,
                                Quirks.NONE,
                                STILL)));
    }

    @Test
    void everyKeyReachesItsComponent() {
        SluiceConfig config = Configs.accepted(Configs.resource("/config/full.yaml"), Configs.FULL_ENV)
                .config();

        assertThat(config.server())
                .isEqualTo(new ServerConfig(
                        "localhost",
                        9000,
                        new ServerConfig.AdminConfig("::1", 9001),
                        new ByteSize(1 << 20),
                        new ByteSize(64 << 20),
                        64,
                        new ByteSize(1 << 30),
                        new ByteSize(100 << 20),
                        Duration.ofSeconds(45),
                        new ServerConfig.ClientTimeouts(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                Duration.ofMinutes(5),
                                Duration.ofSeconds(60),
                                Duration.ofMinutes(50),
                                Duration.ofSeconds(40)),
                        new ServerConfig.TlsConfig(new Secret("CERT"), new Secret("KEY"), new Secret("CA")),
                        Strictness.ALL,
                        Duration.ofSeconds(7),
                        new RequestLimits(100, 50, 9, 4),
                        ServerConfig.UnknownPrice.REFUSE,
                        "openai",
                        new ServerConfig.StoredResponses(new ByteSize(3 << 20), Duration.ofHours(2))));
        assertThat(config.providers().get("openai"))
                .isEqualTo(new ProviderConfig(
                        "openai",
                        "https://proxy.example.com/openai/v1",
                        null,
                        Map.of(),
                        List.of(new ApiKey(new Secret("sk-first"), 3), new ApiKey(new Secret("sk-second"), 1)),
                        List.of("gpt-*", "o3"),
                        Duration.ofMinutes(20),
                        ProviderConfig.Enabled.TRUE,
                        Map.of("x-team", "platform", "x-attempt", "1"),
                        new ProviderConfig.ProviderTimeouts(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(11),
                                Duration.ofSeconds(12),
                                Duration.ofSeconds(13),
                                Duration.ofSeconds(14),
                                Duration.ofHours(2)),
                        new ProviderConfig.Pool(10, 0, Duration.ofSeconds(5), ProviderConfig.Http2.FALSE),
                        new ProviderConfig.Breaker(
                                0.25,
                                Duration.ofSeconds(9),
                                1,
                                20,
                                Duration.ofMinutes(1),
                                Duration.ofMillis(250),
                                0.5,
                                ProviderConfig.Scope.MODEL,
                                false),
                        new ProviderConfig.Retry(3, Duration.ofMillis(100), Duration.ofSeconds(2), 0.1),
                        new LimitsConfig(10000, 2000000, 1500000, 500000, 512),
                        new ProviderConfig.Concurrency(true, 30, 5, 500, 50, Duration.ofSeconds(3)),
                        1.1,
                        new Quirks(
                                Map.of("seed", "random_seed"),
                                List.of("logit_bias"),
                                Map.of("temperature", "0.7", "thinking", "{\"type\":\"disabled\"}"),
                                Quirks.StreamUsage.ALWAYS,
                                true,
                                true,
                                true,
                                List.of("fallbacks")),
                        STILL));
        assertThat(config.providers().get("azure"))
                .returns("2024-10-21", ProviderConfig::apiVersion)
                .returns(Map.of("gpt-4o", "my-deployment"), ProviderConfig::deployments);
        assertThat(config.providers().get("local").simulator())
                .isEqualTo(simulator(Duration.ofMillis(200), Duration.ofMillis(20), 0.1, 7, 0.5, "reset", true));
        assertThat(config.models().get("fast"))
                .isEqualTo(new RouteConfig(
                        RouteConfig.Strategy.WEIGHTED,
                        RouteConfig.Sticky.PREFIX,
                        List.of(new TargetConfig("openai", "gpt-4o-mini", 3), new TargetConfig("azure", "gpt-4o", 1)),
                        List.of("slow", "local/echo"),
                        new RouteConfig.FallbacksOn(List.of("openai/gpt-5"), List.of("slow"), List.of("local/lorem")),
                        new RouteConfig.TimeoutOverrides(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5)),
                        RouteConfig.OnStreamFailure.HOLD,
                        new RouteConfig.Hold(3, Duration.ofMillis(700), true),
                        new RouteConfig.Hedge(Duration.ofSeconds(2), 2),
                        Strictness.MEANING,
                        new LimitsConfig(1, 2, 3, 4, 5),
                        new SanitizeConfig(
                                true,
                                List.of(SanitizeConfig.Kind.EMAIL, SanitizeConfig.Kind.API_KEY),
                                Map.of("ticket", "TICKET-[0-9]+"),
                                List.of("(?i)forbidden"),
                                SanitizeConfig.Where.RESPONSES)));
        assertThat(config.models().get("slow"))
                .isEqualTo(ConfigSamples.route(
                        RouteConfig.Strategy.PRIORITY, List.of(new TargetConfig("local", "lorem", 1)), List.of()));
        assertThat(config.auth().pepper()).isEqualTo(new Secret("salt and pepper"));
        assertThat(config.auth().keys()).singleElement().satisfies(key -> {
            assertThat(key.id()).isEqualTo("ci");
            assertThat(key.hash()).startsWith("hmac-sha256:0123").hasSize(12 + 32 + 1 + 64);
            assertThat(key.team()).isEqualTo("platform");
            assertThat(key.models()).containsExactly("fast", "openai/*");
            assertThat(key.tier()).isEqualTo("standard");
            assertThat(key.endpoints()).containsExactly("chat");
            assertThat(key.role()).isEqualTo(Role.VIEWER);
            assertThat(key.limits()).isEqualTo(new LimitsConfig(9, 8, 7, 6, 5));
            assertThat(key.budget())
                    .isEqualTo(new BudgetConfig(5, Budget.Period.LIFETIME, 0.5, false, Budget.Uncounted.ALLOW));
        });
        assertThat(config.auth().required()).isTrue();
        assertThat(config.auth().jwt())
                .isEqualTo(new JwtConfig(
                        "https://login.example.com/",
                        "sluice",
                        "https://login.example.com/.well-known/jwks.json",
                        List.of("ES256"),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5),
                        new JwtConfig.Claims("email", "org.team", "plan", "scope", "groups")));
        assertThat(config.tiers())
                .isEqualTo(Map.of(
                        "standard",
                        new TierConfig(
                                new LimitsConfig(600, 200000, 1, 2, 50),
                                new BudgetConfig(100, Budget.Period.WEEK, 0.9, false, Budget.Uncounted.ALLOW),
                                7)));
        assertThat(config.teams())
                .isEqualTo(Map.of(
                        "platform",
                        new TeamConfig(
                                new LimitsConfig(6000, 1, 2, 3, 4),
                                new BudgetConfig(1000, Budget.Period.DAY, 0.7, false, Budget.Uncounted.ALLOW))));
        assertThat(config.store())
                .isEqualTo(new StoreConfig(
                        "sqlite:elsewhere.db",
                        "spool",
                        new ByteSize(2 << 20),
                        Duration.ofDays(30),
                        Duration.ofDays(500),
                        Duration.ofMinutes(10),
                        false));
        assertThat(config.alerts()).isEqualTo(new AlertsConfig("https://hooks.example.com/sluice"));
        assertThat(config.modelInfo())
                .isEqualTo(Map.of(
                        "own-*",
                        new ModelInfo(
                                0.5,
                                1.5,
                                0.0005,
                                0.75,
                                0.875,
                                new MediaPrice(8.0, 9.0, 10.0),
                                new MediaPrice(11.0, 12.0, 13.0),
                                List.of(new PriceTier(1000, 2, 3, 4.0, 5.0, 6.0, 7.0)),
                                Map.of("flex", new PriceMode(0.5, 14.0, 15.0, 16.0, 17.0)),
                                Map.of("web_search", 0.01),
                                32000,
                                4000,
                                List.of(ModelFacts.Modality.TEXT, ModelFacts.Modality.IMAGE),
                                List.of(ModelFacts.Modality.TEXT),
                                List.of(ModelFacts.Trait.TOOLS, ModelFacts.Trait.NO_SAMPLING))));
        assertThat(config.priceMap())
                .isEqualTo(new PriceMapConfig("prices-litellm.json", PriceMapConfig.Format.LITELLM));
        assertThat(config.log()).isEqualTo(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.DEBUG, false));
        assertThat(config.metrics()).isEqualTo(new MetricsConfig(false));
    }

    @Test
    void collectionsKeepTheOrderOfTheFileAndAreImmutable() {
        SluiceConfig config = Configs.accepted(Configs.resource("/config/full.yaml"), Configs.FULL_ENV)
                .config();

        assertThat(config.providers().keySet()).containsExactly("openai", "azure", "local");
        assertThat(config.models().keySet()).containsExactly("fast", "slow");
        assertThat(config.providers()).isUnmodifiable();
        assertThat(config.models()).isUnmodifiable();
        assertThat(config.providers().get("openai").apiKeys()).isUnmodifiable();
        assertThat(config.providers().get("openai").headers()).isUnmodifiable();
    }

    private static SimulatorConfig simulator(
            Duration first, Duration gap, double jitter, int tokens, double rate, String kind, boolean steerable) {
        return new SimulatorConfig(first, gap, jitter, tokens, rate, kind, steerable);
    }
}
