package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.ProviderHealth.Unavailability;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The order of targets, the skipped ones with their reasons, and the routing overrides of a request. */
class RoutePlanTest {

    private static final String YAML = """
        providers:
          a: { type: simulator }
          b: { type: simulator }
          c: { type: vllm, base_url: "http://127.0.0.1:1" }
        model_info:
          a/plain: { inputs: [text], traits: [reasoning], context: 1000, max_output: 100, input: 5, output: 5 }
          b/able: { inputs: [text, image], traits: [tools, json_schema], context: 10000, input: 1, output: 20 }
        models:
          ranked: { targets: [{ provider: a, model: plain }, { provider: b, model: able }] }
          one: { targets: [{ provider: a, model: plain }] }
          robin: { strategy: round_robin, targets: [{ provider: a, model: x }, { provider: b, model: x }, { provider: c, model: x }] }
          busy: { strategy: least_busy, targets: [{ provider: a, model: x }, { provider: b, model: x, weight: 3 }, { provider: c, model: x, weight: 0 }] }
          fast: { strategy: latency, targets: [{ provider: a, model: x }, { provider: b, model: x }] }
          cheap: { strategy: cost, targets: [{ provider: c, model: x }, { provider: a, model: plain }, { provider: b, model: able }] }
          caused:
            targets: [{ provider: a, model: plain }, { provider: a, model: plain }]
            fallbacks: [b/m]
            fallbacks_on: { context_window: [ranked, b/able, c/y], rate_limit: [c/y] }
        """;

    private final Map<String, FakeProviderHealth> healths =
            Map.of("a", new FakeProviderHealth(), "b", new FakeProviderHealth(), "c", new FakeProviderHealth());
    private final RouteTable table = RouteTables.table(YAML, healths);
    private final Random random = new Random(5);

    @Test
    void plainRoutesShareOnePlan() {
        RoutePlan plan = table.plan("ranked", ModelRequirements.NONE, RoutingOverrides.NONE, random);

        assertThat(table.plan("ranked", ModelRequirements.NONE, RoutingOverrides.NONE, random))
                .isSameAs(plan);
        assertThat(plan.settings()).isNotNull();
        assertThat(plan.explain()).isEqualTo("a/plain > b/able; strategy priority");
    }

    @Test
    void withoutAChoiceRequirementsAreNotRead() {
        assertThat(line("one", FakeModelRequirements.failing())).isEqualTo("a/plain; strategy priority");
        assertThat(line("a/plain", FakeModelRequirements.failing())).isEqualTo("a/plain; named directly");
        assertThat(line("robin", FakeModelRequirements.failing())).startsWith("a/x > b/x > c/x");
    }

    @Test
    void roundRobinRotatesAndSkipsUnavailableTargets() {
        assertThat(List.of(first("robin"), first("robin"), first("robin"), first("robin")))
                .containsExactly("a", "b", "c", "a");
        assertThat(line("robin", ModelRequirements.NONE)).startsWith("b/x > c/x > a/x");

        healths.get("b").unavailability = Unavailability.SATURATED;
        for (int i = 0; i < 6; i++) {
            assertThat(first("robin")).isNotEqualTo("b");
        }
    }

    @Test
    void leastBusyComparesAttemptsInFlightByWeight() {
        healths.get("a").inFlight = 2;
        healths.get("b").inFlight = 7;
        assertThat(line("busy", ModelRequirements.NONE)).startsWith("b/x > a/x > c/x");

        healths.get("b").inFlight = 9;
        assertThat(line("busy", ModelRequirements.NONE)).startsWith("a/x > b/x > c/x");

        healths.get("b").inFlight = 8;
        Set<String> equals = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            equals.add(first("busy"));
        }
        assertThat(equals).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void latencyPrefersTheFasterTargetAndTriesANewOneOnce() {
        healths.get("a").firstTokenNanos = 2e8;
        assertThat(first("fast")).isEqualTo("b");

        // Its first response is pending.
        healths.get("b").inFlight = 1;
        assertThat(first("fast")).isEqualTo("a");

        healths.get("b").firstTokenNanos = 1e8;
        assertThat(first("fast")).isEqualTo("b");

        healths.get("b").inFlight = 7;
        assertThat(first("fast")).isEqualTo("a");
    }

    @Test
    void theCheapestDependsOnTheRequest() {
        // 5 and 5 USD per million tokens against 1 and 20; targets without a price come last.
        assertThat(line("cheap", FakeModelRequirements.tokens(100, 0))).startsWith("a/plain > b/able > c/x");
        assertThat(line("cheap", FakeModelRequirements.tokens(800, 10))).startsWith("b/able > a/plain > c/x");
    }

    @Test
    void targetsThatCannotServeAreSkipped() {
        assertThat(line("ranked", FakeModelRequirements.TOOLS))
                .isEqualTo("b/able; skipped a/plain (no_tools); strategy priority");
        assertThat(line("ranked", FakeModelRequirements.IMAGES)).contains("skipped a/plain (no_vision)");
        assertThat(line("ranked", FakeModelRequirements.SCHEMA)).contains("skipped a/plain (no_json_schema)");
        assertThat(line("ranked", FakeModelRequirements.tokens(950, 0)))
                .isEqualTo("a/plain > b/able; strategy priority");
        // The output needs space as well, at most the model's maximum.
        assertThat(line("ranked", FakeModelRequirements.tokens(950, 60))).contains("skipped a/plain (context_window)");
        assertThat(line("ranked", FakeModelRequirements.tokens(850, 5000)))
                .isEqualTo("a/plain > b/able; strategy priority");
        assertThat(line("ranked", FakeModelRequirements.tokens(1001, 0))).contains("skipped a/plain (context_window)");
    }

    @Test
    void withoutACapableTargetAllAreTriedAndTheReasonsExplained() {
        RoutePlan plan = table.plan("ranked", FakeModelRequirements.tokens(20_000, 0), RoutingOverrides.NONE, random);

        assertThat(plan.explain())
                .isEqualTo("a/plain > b/able; skipped a/plain (context_window), b/able (context_window);"
                        + " strategy priority");
        assertThat(plan.lastResort()).isFalse();
    }

    @Test
    void aPromptTooLongForAllGoesToTheContextWindowFallbacks() {
        RouteTable small = RouteTables.table(YAML.replace("fallbacks: [b/m]", "fallbacks: []"), healths);
        // The only target is tried whatever its facts; there are fallbacks for its error.
        assertThat(small.plan("caused", FakeModelRequirements.tokens(2000, 0), RoutingOverrides.NONE, random)
                        .explain())
                .startsWith("a/plain; on context_window a/plain > b/able > c/y; on rate_limit c/y");

        RouteTable two = RouteTables.table(YAML.replace("fallbacks: [b/m]", "fallbacks: [b/able]"), healths);
        assertThat(two.plan("caused", FakeModelRequirements.tokens(20_000, 0), RoutingOverrides.NONE, random)
                        .targets()
                        .getLast()
                        .provider())
                .isEqualTo("c");
    }

    @Test
    void unavailableTargetsAreSkippedWhileOthersAreAvailable() {
        healths.get("a").unavailability = Unavailability.BREAKER_OPEN;
        RoutePlan plan = table.plan("ranked", ModelRequirements.NONE, RoutingOverrides.NONE, random);
        assertThat(plan.explain()).isEqualTo("b/able; skipped a/plain (breaker_open); strategy priority");
        assertThat(plan.lastResort()).isFalse();

        healths.get("b").unavailability = Unavailability.KEYS_COOLING_DOWN;
        plan = table.plan("ranked", ModelRequirements.NONE, RoutingOverrides.NONE, random);
        assertThat(plan.explain())
                .isEqualTo("a/plain > b/able; skipped a/plain (breaker_open), b/able (keys_cooling);"
                        + " strategy priority; last resort");
        assertThat(plan.lastResort()).isTrue();
        assertThat(table.plan("a/x", random).lastResort()).isTrue();
        assertThat(table.plan("c/x", random).lastResort()).isFalse();

        // A capable target that is unavailable precedes an available one that is not capable.
        healths.get("a").unavailability = null;
        plan = table.plan("ranked", FakeModelRequirements.TOOLS, RoutingOverrides.NONE, random);
        assertThat(plan.explain()).startsWith("b/able; skipped a/plain (no_tools), b/able (keys_cooling)");
        assertThat(plan.lastResort()).isTrue();
    }

    @Test
    void everyReasonHasACode() {
        Map<String, Unavailability> words = new HashMap<>();
        for (Unavailability unavailability : Unavailability.values()) {
            healths.get("a").unavailability = unavailability;
            words.put(table.plan("ranked", random).skipped().getFirst().reason(), unavailability);
        }
        assertThat(words.keySet()).containsExactlyInAnyOrder("breaker_open", "keys_cooling", "saturated", "drained");
    }

    @Test
    void fallbacksByCauseAreExpandedAndNamedOnce() {
        RoutePlan plan = table.plan("caused", random);

        assertThat(plan.targets()).hasSize(2);
        assertThat(plan.byCause()).containsOnlyKeys(FallbackCause.CONTEXT_WINDOW, FallbackCause.RATE_LIMIT);
        assertThat(plan.byCause().get(FallbackCause.CONTEXT_WINDOW))
                .extracting(Target::provider)
                .containsExactly("a", "b", "c");
    }

    @Test
    void aRequestRestrictsTheTargets() {
        assertThat(line("cheap", only("b")))
                .isEqualTo("b/able; skipped c/x (not_chosen), a/plain (not_chosen);" + " strategy cost");
        assertThat(line("cheap", only("a/plain", "c"))).startsWith("a/plain > c/x; skipped b/able");
        assertThat(line("caused", only("b")))
                .isEqualTo("b/m; skipped a/plain (not_chosen); on context_window b/able; strategy priority");
        assertThat(table.plan("one", ModelRequirements.NONE, only("b"), random)).isNull();
        assertThat(table.plan("one", ModelRequirements.NONE, only("a/pla"), random))
                .isNull();
        assertThat(table.plan("a/x", ModelRequirements.NONE, only("b"), random)).isNull();
    }

    @Test
    void aRequestReplacesTheFallbacks() {
        assertThat(line("caused", fallbacks("robin", "a/plain")))
                .isEqualTo("a/plain > a/x > b/x > c/x; strategy priority");
        assertThat(line("caused", fallbacks())).isEqualTo("a/plain; strategy priority");
        assertThat(line("a/x", fallbacks("c/y"))).isEqualTo("a/x > c/y; named directly");
    }

    @Test
    void aRequestChoosesTheStrategy() {
        RoutePlan plan = table.plan(
                "ranked",
                FakeModelRequirements.tokens(800, 10),
                new RoutingOverrides(Strategy.COST, List.of(), null, null),
                random);

        assertThat(plan.explain()).isEqualTo("b/able > a/plain; strategy cost");
        assertThat(plan.settings().strategy()).isEqualTo(Strategy.COST);
        assertThat(plan.settings().targets()).hasSize(2);
    }

    @Test
    void onlyLongBodiesWithAKnownLimitNeedCounting() {
        assertThat(table.mayCountTokens("ranked", 2_000)).isFalse();
        assertThat(table.mayCountTokens("ranked", 2_002)).isTrue();
        assertThat(table.mayCountTokens("one", 1_000_000)).isFalse();
        assertThat(table.mayCountTokens("robin", 1_000_000)).isFalse();
        assertThat(table.mayCountTokens("a/x", 1_000_000)).isFalse();
    }

    private String line(String model, ModelRequirements requirements) {
        return table.plan(model, requirements, RoutingOverrides.NONE, random).explain();
    }

    private String line(String model, RoutingOverrides overrides) {
        return table.plan(model, ModelRequirements.NONE, overrides, random).explain();
    }

    private String first(String model) {
        return table.plan(model, random).targets().getFirst().provider();
    }

    private static RoutingOverrides only(String... names) {
        return new RoutingOverrides(null, List.of(names), null, null);
    }

    private static RoutingOverrides fallbacks(String... names) {
        return new RoutingOverrides(null, List.of(), List.of(names), null);
    }
}
