package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents know models by their own names, and read limits and features from them: a prefix confuses them. */
class BareNamesTest {

    private static final String VENDORS = """
        providers:
          openai: { type: openai, api_keys: [{ key: k }] }
          anthropic: { type: anthropic, api_keys: [{ key: k }] }
          gemini: { type: gemini, api_keys: [{ key: k }] }
          local: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1", models: [qwen3-coder, "llama*", org/deep] }
        """;

    private final RouteTable vendors = RouteTables.table(VENDORS, 1);

    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-4-5, anthropic",
        "claude-sonnet-4-5-20250929, anthropic",
        "claude-haiku-4-5-20251001, anthropic",
        "gpt-5-codex, openai",
        "gpt-4o, openai",
        "gpt-4o-2024-08-06, openai",
        "gemini-2.5-flash, gemini",
        "qwen3-coder, local",
        "llama-4, local",
        "org/deep, local",
    })
    void aNameThatOneProviderListsIsTaken(String model, String provider) {
        assertThat(vendors.hasPlan(model)).isTrue();
        assertThat(targets(vendors, model)).containsExactly(provider + "/" + model);
        assertThat(vendors.qualified(model)).isEqualTo(provider + "/" + model);
        assertThat(vendors.plan(model, new Random(1)).route()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"nothing-known", "openai/", "'two words'", "*"})
    void otherNamesAreUnknown(String model) {
        assertThat(vendors.hasPlan(model)).isFalse();
        assertThat(vendors.plan(model, new Random(1))).isNull();
        assertThat(vendors.qualified(model)).isEqualTo(model);
    }

    @Test
    void aNameThatSeveralProvidersListIsNotTaken() {
        RouteTable table = RouteTables.table(VENDORS + """
              azure: { type: azure_openai, base_url: "http://127.0.0.1:9", api_keys: [{ key: k }], deployments: { gpt-4o: mine } }
            """, 1);

        assertThat(table.hasPlan("gpt-4o")).isFalse();
        assertThat(table.providersOf("gpt-4o")).containsExactly("azure", "openai");
        assertThat(table.qualified("gpt-4o")).isEqualTo("gpt-4o");
    }

    @Test
    void aModelThatTheProviderMayNotServeIsNotItsOwn() {
        RouteTable table = RouteTables.table("""
            providers:
              openai: { type: openai, api_keys: [{ key: k }], models: ["gpt-5*"] }
            """, 1);

        assertThat(table.hasPlan("gpt-4o")).isFalse();
        assertThat(table.hasPlan("gpt-5-codex")).isTrue();
    }

    @Test
    void aRouteWithAPatternServesEveryNameThatItMatches() {
        RouteTable table = RouteTables.table(VENDORS + """
            models:
              "claude-*": { targets: [{ provider: anthropic, model: "*" }, { provider: local, model: "llama-for-*" }] }
              "claude-haiku-*": { targets: [{ provider: gemini, model: gemini-2.5-flash }] }
              claude-fixed: { targets: [{ provider: openai, model: gpt-4o }] }
            """, 1);

        assertThat(targets(table, "claude-next-9"))
                .containsExactly("anthropic/claude-next-9", "local/llama-for-claude-next-9");
        assertThat(table.plan("claude-next-9", new Random(1)).route()).isEqualTo("claude-*");
        assertThat(targets(table, "claude-haiku-4-5")).containsExactly("gemini/gemini-2.5-flash");
        assertThat(targets(table, "claude-fixed")).containsExactly("openai/gpt-4o");
        assertThat(targets(table, "anthropic/claude-next-9")).containsExactly("anthropic/claude-next-9");
        assertThat(table.qualified("claude-next-9")).isEqualTo("claude-next-9");
        assertThat(table.names()).contains("claude-fixed").doesNotContain("claude-*");
    }

    @Test
    void aPatternWhoseTargetsDoNotOfferTheNameDoesNotServeIt() {
        RouteTable table = RouteTables.table(VENDORS + """
            models:
              "*": { targets: [{ provider: local, model: "*" }] }
            """, 1);

        assertThat(targets(table, "llama-4")).containsExactly("local/llama-4");
        assertThat(table.plan("llama-4", new Random(1)).route()).isEqualTo("*");
        assertThat(targets(table, "gpt-4o")).containsExactly("openai/gpt-4o");
    }

    @Test
    void namesThatClientsChooseNeedBoundedMemory() {
        RouteTable table = RouteTables.table(VENDORS + """
            models:
              "x-*": { targets: [{ provider: openai, model: "*" }] }
            """, 1);
        for (int i = 0; i < 3_000; i++) {
            assertThat(table.hasPlan("x-" + i)).isTrue();
        }

        assertThat(targets(table, "x-2999")).containsExactly("openai/x-2999");
    }

    private static List<String> targets(RouteTable table, String model) {
        return table.plan(model, new Random(1)).targets().stream()
                .map(target -> target.provider() + "/" + target.model())
                .toList();
    }
}
