package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.RouteConfig.Sticky;
import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.ProviderHealth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** For any strategy and any provider health, a plan tries each target at most once, and at least one. */
class RoutePlansArePermutationsTest {

    @Property(tries = 300)
    void everyCandidateIsTriedOrSkippedForAReason(
            @ForAll Strategy strategy,
            @ForAll Sticky sticky,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 5) Integer> weights,
            @ForAll @Size(6) List<ProviderHealth.Unavailability> unavailabilities,
            @ForAll @IntRange(min = 0, max = 63) int broken,
            @ForAll @IntRange(min = 0, max = 6) int fallbacks,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Integer> shares = new ArrayList<>(weights);
        shares.set(0, Math.max(1, shares.getFirst()));
        Map<String, FakeProviderHealth> healths = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            FakeProviderHealth health = FakeProviderHealth.of(random.nextInt(40), random.nextInt(3) * 100.0);
            health.unavailability = (broken >> i & 1) == 1 ? unavailabilities.get(i) : null;
            healths.put("p" + i, health);
        }
        RouteTable table = RouteTables.table(yaml(strategy, sticky, shares, fallbacks), healths);

        for (int i = 0; i < 5; i++) {
            RoutePlan plan = table.plan("m", needs(random), RoutingOverrides.NONE, random);

            Set<String> candidates = new HashSet<>();
            for (int at = 0; at < Math.max(shares.size(), fallbacks); at++) {
                candidates.add("p" + at);
            }
            List<String> tried = plan.targets().stream().map(Target::provider).toList();
            assertThat(tried).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(candidates);
            List<String> skipped = plan.skipped().stream()
                    .map(each -> each.target().provider())
                    .toList();
            assertThat(skipped).doesNotHaveDuplicates();
            assertThat(plan.lastResort())
                    .isEqualTo(candidates.stream().allMatch(name -> healths.get(name).unavailability != null));
            if (plan.lastResort()) {
                assertThat(tried).containsExactlyInAnyOrderElementsOf(candidates);
            } else {
                candidates.removeAll(skipped);
                assertThat(tried).containsExactlyInAnyOrderElementsOf(candidates);
            }
            int last = (int) tried.stream()
                    .filter(name -> Integer.parseInt(name.substring(1)) < shares.size())
                    .count();
            // The route's own targets come before its fallbacks.
            assertThat(tried.subList(0, last)).allMatch(name -> Integer.parseInt(name.substring(1)) < shares.size());
        }
    }

    private static ModelRequirements needs(Random random) {
        String session = "s" + random.nextInt(100);
        long prefix = random.nextLong();
        return new ModelRequirements() {
            @Override
            public String session() {
                return session;
            }

            @Override
            public long prefix() {
                return prefix;
            }
        };
    }

    private static String yaml(Strategy strategy, Sticky sticky, List<Integer> weights, int fallbacks) {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (int i = 0; i < 6; i++) {
            yaml.append("  p").append(i).append(": { type: simulator }\n");
        }
        yaml.append("models:\n  m:\n    strategy: ")
                .append(strategy.name().toLowerCase(Locale.ROOT))
                .append("\n    sticky: ")
                .append(sticky.name().toLowerCase(Locale.ROOT))
                .append("\n    targets:\n");
        for (int i = 0; i < weights.size(); i++) {
            yaml.append("      - { provider: p").append(i).append(", model: x, weight: ");
            yaml.append(weights.get(i)).append(" }\n");
        }
        yaml.append("    fallbacks: [");
        for (int i = 0; i < fallbacks; i++) {
            yaml.append(i == 0 ? "" : ", ").append('p').append(i).append("/x");
        }
        return yaml.append("]\n").toString();
    }
}
