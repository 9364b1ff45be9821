package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The targets of a model name, in order. */
class RouteTableTest {

    private static final String PROVIDERS = """
        providers:
          a: { type: simulator }
          b: { type: simulator }
          c: { type: simulator, models: [echo, "lorem-*", org/deep/model] }
        """;

    private final RandomGenerator random = new Random(7);

    @Test
    void priorityKeepsTheFilesOrder() {
        RouteTable table = table("""
            models:
              fast: { targets: [{ provider: b, model: two }, { provider: a, model: one }] }
            """);

        for (int i = 0; i < 20; i++) {
            assertThat(names(table.plan("fast", random))).containsExactly("b/two", "a/one");
        }
        assertThat(table.plan("fast", random).route()).isEqualTo("fast");
    }

    @Test
    void targetsNameTheRunningDeployment() {
        assertThat(RouteTables.table(PROVIDERS, 41).plan("a/x", random).targets())
                .containsExactly(new Target("a", "x", 1, 41));
        assertThat(RouteTables.table(PROVIDERS, 41).generation("a")).isEqualTo(41);
        assertThat(RouteTables.table(PROVIDERS, 41).generation("nobody")).isEqualTo(-1);
    }

    /** Bills and reservations use these prices. */
    @Test
    void aDeploymentHasThePricesOfItsModel() {
        RouteTable table = RouteTables.table("""
            providers:
              azure: { type: azure_openai, base_url: "http://localhost", api_keys: [{ key: k }], deployments: { gpt-4o-mini: mine } }
            """, 1);

        Target deployment = table.plan("azure/mine", random).targets().getFirst();

        assertThat(table.facts(deployment).prices().known()).isTrue();
    }

    @Test
    void weightsAreSharesOfFirstAttempts() {
        RouteTable table = table("""
            models:
              w:
                strategy: weighted
                targets:
                  - { provider: a, model: m, weight: 6 }
                  - { provider: b, model: m, weight: 3 }
                  - { provider: c, model: echo, weight: 1 }
            """);
        Map<String, Integer> firsts = new HashMap<>();
        Map<String, Integer> secondsAfterA = new HashMap<>();

        for (int i = 0; i < 20_000; i++) {
            List<String> order = names(table.plan("w", random));
            assertThat(order).hasSize(3).doesNotHaveDuplicates();
            firsts.merge(order.get(0), 1, Integer::sum);
            if (order.get(0).equals("a/m")) {
                secondsAfterA.merge(order.get(1), 1, Integer::sum);
            }
        }

        assertThat(firsts.get("a/m") / 20_000.0).isCloseTo(0.6, within(0.02));
        assertThat(firsts.get("b/m") / 20_000.0).isCloseTo(0.3, within(0.02));
        assertThat(firsts.get("c/echo") / 20_000.0).isCloseTo(0.1, within(0.02));
        // The shares apply again to the remaining targets.
        assertThat(secondsAfterA.get("b/m") / (double) firsts.get("a/m")).isCloseTo(0.75, within(0.02));
    }

    @Test
    void targetsOfWeightZeroAreTriedLast() {
        RouteTable table = table("""
            models:
              w:
                strategy: weighted
                targets:
                  - { provider: a, model: m, weight: 0 }
                  - { provider: b, model: m, weight: 1 }
                  - { provider: c, model: echo, weight: 5 }
              rest:
                strategy: weighted
                targets: [{ provider: b, model: m, weight: 0 }, { provider: a, model: m, weight: 0 }, { provider: c, model: echo }]
            """);

        for (int i = 0; i < 1_000; i++) {
            assertThat(names(table.plan("w", random)).get(2)).isEqualTo("a/m");
            assertThat(names(table.plan("rest", random))).containsExactly("c/echo", "b/m", "a/m");
        }
    }

    @Test
    void fallbacksFollowInOrderEachTargetOnce() {
        RouteTable table = table("""
            models:
              first:
                targets: [{ provider: a, model: m }]
                fallbacks: [second, a/m, b/n, c/echo]
              second:
                targets: [{ provider: b, model: n, weight: 9 }, { provider: a, model: m }]
                fallbacks: [third]
              third: { targets: [{ provider: c, model: lorem-5 }] }
            """);

        assertThat(names(table.plan("first", random))).containsExactly("a/m", "b/n", "c/lorem-5", "c/echo");
    }

    @Test
    void routesThatShareAFallbackExpandItSeparately() {
        RouteTable table = table("""
            models:
              one: { targets: [{ provider: a, model: m }], fallbacks: [shared] }
              two: { targets: [{ provider: c, model: echo }], fallbacks: [shared, one] }
              shared: { targets: [{ provider: b, model: n }] }
            """);

        assertThat(names(table.plan("one", random))).containsExactly("a/m", "b/n");
        assertThat(names(table.plan("two", random))).containsExactly("c/echo", "b/n", "a/m");
    }

    @ParameterizedTest
    @CsvSource({
        "a/x, a, x",
        "a/meta-llama/Llama-3/8b, a, meta-llama/Llama-3/8b",
        "a//x, a, /x",
        "c/echo, c, echo",
        "c/lorem-60, c, lorem-60",
        "c/lorem-, c, lorem-",
        "c/org/deep/model, c, org/deep/model"
    })
    void providerAndModelAreNamedDirectly(String name, String provider, String model) {
        RoutePlan plan = table("").plan(name, random);

        assertThat(plan.route()).isNull();
        assertThat(plan.targets()).containsExactly(new Target(provider, model, 1, 1));
        assertThat(table("").hasPlan(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/", "a/", "/x", "x/y", "A/x", "c/other", "c/lorem", "c/xlorem-1", "c/org/deep"})
    void unknownModelsHaveNoPlan(String name) {
        assertThat(table("").plan(name, random)).isNull();
        assertThat(table("").hasPlan(name)).isFalse();
    }

    @Test
    void aRoutesNameMayHaveSlashes() {
        RouteTable table = table("models: { team/x/y: { targets: [{ provider: b, model: y }] } }");

        assertThat(names(table.plan("team/x/y", random))).containsExactly("b/y");
        assertThat(table.plan("team/x", random)).isNull();
    }

    @Test
    void routesAreListedBeforeModels() {
        RouteTable table = table("""
            models:
              zebra: { targets: [{ provider: a, model: m }] }
              team/x: { targets: [{ provider: a, model: m }] }
            """);

        assertThat(table.names()).containsExactly("zebra", "team/x", "c/echo", "c/org/deep/model");
    }

    private static RouteTable table(String models) {
        return RouteTables.table(PROVIDERS + models, 1);
    }

    private static List<String> names(RoutePlan plan) {
        return plan.targets().stream()
                .map(target -> target.provider() + "/" + target.model())
                .toList();
    }
}
