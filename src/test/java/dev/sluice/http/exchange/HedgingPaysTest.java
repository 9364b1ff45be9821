package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A simulation: 200,000 requests, 50 a second, to two alike targets whose first tokens come after 300 ms in the median
 * (log-normal, sigma 0.35), but one in thirty is ten times slower. Failover policy and retry budget are the real ones;
 * only time is simulated. Its figures are in {@code src/docs/routing.md}.
 */
class HedgingPaysTest {

    private static final int REQUESTS = 200_000;
    private static final double PER_SECOND = 50;
    private static final double SHARE = 0.05;
    private static final Target FIRST = new Target("first", "m", 1, 0);
    private static final Target SECOND = new Target("second", "m", 1, 0);
    private static final RoutePlan PLAN =
            new RoutePlan("route", null, List.of(FIRST, SECOND), List.of(), Map.of(), false);

    private record Figures(long p50, long p99, long p999, double extra) {}

    @Test
    void theSlowestHundredthFallsForAFewMoreCalls() throws IOException {
        Figures none = run(Long.MAX_VALUE);
        Figures late = run(1_500);
        Figures well = run(800);
        Figures early = run(200);

        assertThat(well.p99).isLessThan(none.p99 / 2);
        assertThat(late.p99).isLessThan(none.p99);
        // A wait below the usual latency does not pay, and costs no more than the budget all the same.
        assertThat(early.p99).isGreaterThan(well.p99);
        assertThat(List.of(late, well, early))
                .allSatisfy(run -> assertThat(run.extra).isPositive().isLessThanOrEqualTo(SHARE + 0.005));
        assertThat(Files.readString(Path.of("src/docs/routing.md")))
                .as("the documentation shows these figures")
                .contains(
                        row("| no hedge | %,d | %,d | %,d |", none),
                        row("| 1500ms | %,d | %,d | %,d | %.1f %% |", late),
                        row("| **800ms** | %,d | **%,d** | %,d | %.1f %% |", well),
                        row("| 200ms | %,d | %,d | %,d | %.1f %% |", early));
    }

    private static String row(String format, Figures run) {
        return String.format(Locale.ROOT, format, run.p50, run.p99, run.p999, 100 * run.extra);
    }

    private static Figures run(long afterMillis) {
        Random random = new Random(20_26);
        RetryBudget budget = new RetryBudget(0);
        Terms terms = new Terms(budget);
        long[] waits = new long[REQUESTS];
        int hedges = 0;
        double clock = 0;
        for (int i = 0; i < REQUESTS; i++) {
            clock += -Math.log(1 - random.nextDouble()) / PER_SECOND * 1e9;
            budget.deposit(SHARE);
            long first = latency(random);
            waits[i] = first;
            if (first > afterMillis) {
                terms.now = (long) clock + afterMillis * 1_000_000;
                if (new FailoverPolicy(PLAN, terms, random, RepeatRule.REPEATABLE).hedge(FIRST) != null) {
                    hedges++;
                    waits[i] = Math.min(first, afterMillis + latency(random));
                }
            }
        }
        Arrays.sort(waits);
        return new Figures(
                waits[REQUESTS / 2],
                waits[REQUESTS / 100 * 99],
                waits[REQUESTS / 1_000 * 999],
                hedges / (double) REQUESTS);
    }

    private static long latency(Random random) {
        double usual = 300 * Math.exp(0.35 * random.nextGaussian());
        return (long) (random.nextInt(30) == 0 ? 10 * usual : usual);
    }

    private static final class Terms implements FailoverPolicy.RetryTerms {

        private final RetryBudget budget;
        private long now;

        private Terms(RetryBudget budget) {
            this.budget = budget;
        }

        @Override
        public Retry retry(String provider) {
            return new Retry(2, Duration.ofMillis(200), Duration.ofSeconds(5), SHARE);
        }

        @Override
        public int keys(String provider) {
            return 1;
        }

        @Override
        public boolean withdraw(String provider) {
            return budget.withdraw(now);
        }
    }
}
