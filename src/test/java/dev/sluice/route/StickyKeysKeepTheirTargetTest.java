package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.model.ProviderHealth.Unavailability;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A key keeps its target while that is available; otherwise only the keys of that target move. */
class StickyKeysKeepTheirTargetTest {

    private static final int KEYS = 4_000;

    private static final String PROVIDERS = """
        providers:
          a: { type: simulator }
          b: { type: simulator }
          c: { type: simulator }
          d: { type: simulator }
        """;

    private static final String STICKY = PROVIDERS + """
        models:
          m:
            sticky: session
            strategy: latency
            targets:
              - { provider: a, model: x, weight: 1 }
              - { provider: b, model: x, weight: 2 }
              - { provider: c, model: x, weight: 3 }
              - { provider: d, model: x, weight: 4 }
        """;

    private final Map<String, FakeProviderHealth> healths = Map.of(
            "a",
            new FakeProviderHealth(),
            "b",
            new FakeProviderHealth(),
            "c",
            new FakeProviderHealth(),
            "d",
            new FakeProviderHealth());
    private final RouteTable table = RouteTables.table(STICKY, healths);

    @Property(tries = 20)
    void aTargetThatGoesAwayMovesItsOwnKeysOnly(
            @ForAll @IntRange(min = 0, max = 3) int gone, @ForAll Unavailability why) {
        String name = List.of("a", "b", "c", "d").get(gone);
        Map<Integer, List<String>> before = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            before.put(key, order(key));
        }

        healths.get(name).unavailability = why;
        int moved = 0;
        for (int key = 0; key < KEYS; key++) {
            List<String> left =
                    before.get(key).stream().filter(each -> !each.equals(name)).toList();
            assertThat(order(key)).isEqualTo(left);
            moved += before.get(key).getFirst().equals(name) ? 1 : 0;
        }
        healths.get(name).unavailability = null;

        assertThat(moved / (double) KEYS).isCloseTo((gone + 1) / 10.0, within(0.03));
        assertThat(order(7)).isEqualTo(before.get(7));
    }

    @Test
    void weightsAreSharesOfKeys() {
        Map<String, Integer> firsts = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            firsts.merge(order(key).getFirst(), 1, Integer::sum);
        }

        assertThat(firsts.get("a") / (double) KEYS).isCloseTo(0.1, within(0.02));
        assertThat(firsts.get("b") / (double) KEYS).isCloseTo(0.2, within(0.02));
        assertThat(firsts.get("c") / (double) KEYS).isCloseTo(0.3, within(0.02));
        assertThat(firsts.get("d") / (double) KEYS).isCloseTo(0.4, within(0.02));
    }

    @Test
    void everyProcessComputesTheSameTargets() {
        RouteTable other = RouteTables.table(STICKY, 99);

        for (int key = 0; key < 100; key++) {
            RoutePlan plan = other.plan(
                    "m", FakeModelRequirements.session("key " + key), RoutingOverrides.NONE, new Random(key));
            assertThat(plan.targets().stream().map(Target::provider)).isEqualTo(order(key));
        }
    }

    @Test
    void aTargetFarAboveItsShareIsTriedLast() {
        List<String> order = order(1);
        healths.get(order.getFirst()).inFlight = Rendezvous.NEVER_BUSY_BELOW - 1;
        assertThat(order(1)).isEqualTo(order);

        healths.get(order.getFirst()).inFlight = 10 * Rendezvous.NEVER_BUSY_BELOW;
        assertThat(order(1)).containsExactly(order.get(1), order.get(2), order.get(3), order.get(0));

        healths.values().forEach(health -> health.inFlight = 10 * Rendezvous.NEVER_BUSY_BELOW);
        assertThat(order(1)).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void withoutAKeyTheStrategyDecides() {
        healths.values().forEach(health -> health.firstTokenNanos = 1e9);
        healths.get("a").firstTokenNanos = 5e9;

        for (int i = 0; i < 50; i++) {
            assertThat(first(
                            table.plan("m", FakeModelRequirements.session(null), RoutingOverrides.NONE, new Random(i))))
                    .isNotEqualTo("a");
        }
    }

    @Test
    void aSessionHeaderIsStickyUnlessTheStrategyRanksTheTargets() {
        RouteTable spread = RouteTables.table(PROVIDERS + """
            models:
              even: { strategy: round_robin, targets: [{ provider: a, model: x }, { provider: b, model: x }] }
              ranked: { targets: [{ provider: a, model: x }, { provider: b, model: x }] }
            """, 1);
        Map<String, Integer> firsts = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            RoutingOverrides session = new RoutingOverrides(null, List.of(), null, "session " + i % 20);
            String first = first(spread.plan("even", FakeModelRequirements.session(null), session, new Random(i)));
            firsts.merge(i % 20 + first, 1, Integer::sum);
            assertThat(first(spread.plan("ranked", FakeModelRequirements.session(null), session, new Random(i))))
                    .isEqualTo("a");
        }

        // Twenty sessions, each with one target for all its ten requests.
        assertThat(firsts).hasSize(20);
        assertThat(firsts.keySet()).anyMatch(name -> name.endsWith("a")).anyMatch(name -> name.endsWith("b"));
    }

    @Test
    void aRequestedStrategyPrecedesTheRoutesStickiness() {
        RoutingOverrides robin = new RoutingOverrides(Strategy.ROUND_ROBIN, List.of(), null, null);

        RoutePlan one = table.plan("m", FakeModelRequirements.session("k"), robin, new Random(1));
        RoutePlan two = table.plan("m", FakeModelRequirements.session("k"), robin, new Random(1));

        assertThat(List.of(first(one), first(two))).containsExactly("a", "b");
        assertThat(one.explain()).endsWith("; strategy round_robin");
    }

    private List<String> order(int key) {
        return table
                .plan("m", FakeModelRequirements.session("key " + key), RoutingOverrides.NONE, new Random(key))
                .targets()
                .stream()
                .map(Target::provider)
                .toList();
    }

    private static String first(RoutePlan plan) {
        return plan.targets().getFirst().provider();
    }
}
