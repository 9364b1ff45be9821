package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ServerConfig.UnknownPrice;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.Limits;
import dev.sluice.quota.QuotaPolicy.Allowed;
import dev.sluice.store.StoredTeam;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Limits of tiers, teams, routes and providers come from the file. Teams of the file take precedence over the store's.
 */
final class QuotaPolicyTest {

    private static final String YAML = """
        server: {unknown_price: refuse}
        providers:
          busy: {type: simulator, limits: {rpm: 8, concurrency: 7}}
          simulator: {type: simulator}
        models:
          fast: {targets: [{provider: simulator, model: echo}], limits: {rpm: 5}}
        tiers:
          gold: {limits: {rpm: 1, tpm: 2, input_tpm: 3, output_tpm: 4, concurrency: 5}, budget: {usd: 2.5, period: day}}
        teams:
          core: {limits: {tpm: 10}}
        """;

    @Test
    void fileAndStoreAreCombinedAndTheFileTakesPrecedence() {
        LoadedConfig loaded = ConfigLoader.parse(YAML, "test.yaml", name -> null, Path.of("."));
        assertThat(loaded).isInstanceOf(LoadedConfig.Ok.class);

        QuotaPolicy policy =
                QuotaPolicy.of(((LoadedConfig.Ok) loaded).config(), List.of(stored("core", 99), stored("lab", 20)));

        Budget day = new Budget(2_500_000_000L, Period.DAY, 0.8, true);
        assertThat(policy.tier("gold")).isEqualTo(new Allowed(new Limits(1, 2, 3, 4, 5), day));
        assertThat(policy.team("core").limits()).isEqualTo(new Limits(0, 10, 0, 0, 0));
        assertThat(policy.team("lab").limits()).isEqualTo(new Limits(0, 20, 0, 0, 0));
        assertThat(policy.route("fast").limits()).isEqualTo(new Limits(5, 0, 0, 0, 0));
        assertThat(policy.provider("busy").limits()).isEqualTo(new Limits(8, 0, 0, 0, 0));
        assertThat(policy.provider("simulator").limits()).isEqualTo(Limits.NONE);
        assertThat(policy.tier(null)).isEqualTo(policy.tier("none")).isEqualTo(new Allowed(Limits.NONE, null));
        assertThat(policy.unknownPrice()).isEqualTo(UnknownPrice.REFUSE);
    }

    private static StoredTeam stored(String name, long tpm) {
        return new StoredTeam(name, new Limits(0, tpm, 0, 0, 0), null, Map.of(), Instant.EPOCH);
    }
}
