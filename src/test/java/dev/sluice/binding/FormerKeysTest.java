package dev.sluice.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.LimitsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.LoadedConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys that were renamed are read under their former names for one release, with a warning that names the line. */
class FormerKeysTest {

    private static final String PROVIDER = "providers: { local: { type: simulator%s } }\n";

    @Test
    void aFileInFormerNamesIsTheSameConfiguration() {
        LoadedConfig.Ok former = Configs.accepted(Configs.resource("/config/former-names.yaml"), Configs.FULL_ENV);
        LoadedConfig.Ok current = Configs.accepted(Configs.resource("/config/full.yaml"), Configs.FULL_ENV);

        assertThat(former.config()).isEqualTo(current.config());
        assertThat(former.off()).isEqualTo(current.off());
    }

    @Test
    void everyFormerNameIsWarnedOfWithItsLine() {
        String text = Configs.resource("/config/former-names.yaml");
        List<ConfigProblem> warnings = Configs.accepted(text, Configs.FULL_ENV).warnings();
        List<String> lines = text.lines().toList();

        assertThat(warnings.stream().map(warning -> warning.path() + " " + warning.message()))
                .containsExactly(
                        "server.strict \"true\" is now \"all\"; the former value is read until 0.3",
                        now("server.bounds", "request_limits"),
                        now("providers.openai.timeouts.whole", "response"),
                        now("providers.openai.breaker.open_for", "open_duration"),
                        "providers.openai.breaker.probes has no effect: a half-open breaker admits one probe at a time;"
                                + " remove it, 0.3 will refuse it",
                        now("providers.openai.breaker.per", "scope"),
                        now("models.fast.timeouts.whole", "response"),
                        now("models.fast.hold.tokens", "events"),
                        "models.fast.sanitize.where \"answers\" is now \"responses\"; the former value is read until"
                                + " 0.3",
                        now("auth.keys[0].surfaces", "endpoints"),
                        now("auth.keys[0].admin", "role"),
                        now("auth.keys[0].budget.per", "period"),
                        now("auth.jwt.claims.admin", "role"),
                        now("tiers.standard.rpm", "limits.rpm"),
                        now("tiers.standard.tpm", "limits.tpm"),
                        now("tiers.standard.input_tpm", "limits.input_tpm"),
                        now("tiers.standard.output_tpm", "limits.output_tpm"),
                        now("tiers.standard.concurrency", "limits.concurrency"),
                        now("tiers.standard.budget.per", "period"),
                        now("teams.platform.rpm", "limits.rpm"),
                        now("teams.platform.tpm", "limits.tpm"),
                        now("teams.platform.input_tpm", "limits.input_tpm"),
                        now("teams.platform.output_tpm", "limits.output_tpm"),
                        now("teams.platform.concurrency", "limits.concurrency"),
                        now("teams.platform.budget.per", "period"),
                        now("store.keep_rows", "retention"),
                        now("store.keys_good_for", "key_cache_ttl"));
        assertThat(warnings)
                .isNotEmpty()
                .allSatisfy(warning -> assertThat(lines.get(warning.line() - 1).substring(warning.column() - 1))
                        .startsWith(
                                warning.message().contains("former value")
                                        ? warning.message().split("\"")[1]
                                        : warning.path()
                                                        .substring(
                                                                warning.path().lastIndexOf('.') + 1) + ":"));
    }

    @Test
    void theFormsOfTheFirstContractAreRead() {
        LoadedConfig.Ok loaded = Configs.accepted(PROVIDER.formatted("""
            , breaker: { failure_rate: 0.5, slow_call: 60s, slow_rate: 0.8, min_calls: 10, window: 30s, open_for: 15s, probes: 1 }\
            """) + """
            auth:
              jwt:
                issuer: https://login.example.com/
                audience: sluice
                claims: { subject: sub, team: team, tier: tier, models: models, admin: roles }
              pepper: "salt"
            tiers:
              standard: { rpm: 600, tpm: 200000, concurrency: 50, budget: { usd: 100, per: month } }
              free: { rpm: 20, tpm: 20000, concurrency: 2, budget: { usd: 1, per: day } }
            """, Map.of());

        SluiceConfig config = loaded.config();
        assertThat(config.tiers().get("standard").limits()).isEqualTo(new LimitsConfig(600, 200_000, 0, 0, 50));
        assertThat(config.providers().get("local").breaker().openDuration()).hasSeconds(15);
        assertThat(loaded.warnings()).hasSize(11);
    }

    @Test
    void theFormerAndTheCurrentNameTogetherAreRefused() {
        assertThat(Configs.refusals(PROVIDER.formatted("") + "store: { keep_rows: 1d, retention: 1d }\n"))
                .containsExactly("2:10: store.keep_rows: is the former name of retention, and retention is given too"
                        + " (expected: only retention)");
        assertThat(Configs.refusals(PROVIDER.formatted("") + "tiers: { free: { rpm: 1, limits: { tpm: 2 } } }\n"))
                .containsExactly("2:18: tiers.free.rpm: is the former name of limits.rpm, and limits is given too"
                        + " (expected: only limits.rpm)");
    }

    @Test
    void aMistakeInAFormerKeyIsReportedUnderItsCurrentName() {
        assertThat(Configs.refusals(PROVIDER.formatted("") + "tiers: { free: { rpm: many } }\n"))
                .containsExactly(
                        "2:23: tiers.free.limits.rpm: \"many\" (expected: a whole number, from 0 to 1000000000)");
    }

    @Test
    void currentNamesWarnOfNothing() {
        assertThat(Configs.accepted(Configs.resource("/config/full.yaml"), Configs.FULL_ENV)
                        .warnings())
                .isEmpty();
    }

    private static String now(String former, String current) {
        return former + " is now " + current + "; the former name is read until 0.3";
    }
}
