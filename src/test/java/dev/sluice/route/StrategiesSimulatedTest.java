package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The effect of each strategy in figures, which {@code src/docs/routing.md} shows. */
class StrategiesSimulatedTest {

    private static final String BEGIN = "<!-- written by dev.sluice.route.StrategiesSimulatedTest -->\n";
    private static final String END = "<!-- end of what is written by it -->\n";
    private static final double QUIET = 4;
    private static final double BUSY = 150;

    private static final Map<Double, List<Simulation.Latencies>> LATENCIES = new LinkedHashMap<>();
    private static final List<Simulation.Hits> HITS = List.of(
            Simulation.promptCache("strategy: round_robin", "strategy: round_robin"),
            Simulation.promptCache("strategy: weighted", "strategy: weighted"),
            Simulation.promptCache("sticky: prefix", "sticky: prefix"));

    static {
        for (double rate : new double[] {QUIET, BUSY}) {
            LATENCIES.put(
                    rate,
                    List.of(
                            Simulation.oneSlowOfThree("round_robin", rate),
                            Simulation.oneSlowOfThree("weighted", rate),
                            Simulation.oneSlowOfThree("least_busy", rate),
                            Simulation.oneSlowOfThree("latency", rate)));
        }
    }

    @Test
    void latencyAtLeastHalvesTheP99OfRoundRobin() {
        LATENCIES.forEach((rate, rows) -> assertThat(rows.getFirst().p99())
                .as("%s per second", rate)
                .isGreaterThan(2 * rows.getLast().p99()));
    }

    @Test
    void latencyHalvesTheP99AtOtherRates() {
        for (double rate : new double[] {2, 15, 60, 400}) {
            double robin = Simulation.oneSlowOfThree("round_robin", rate).p99();
            assertThat(robin)
                    .as("%s per second", rate)
                    .isGreaterThan(
                            4 * Simulation.oneSlowOfThree("latency", rate).p99());
        }
    }

    @Test
    void slowTargetsAreProbedOccasionally() {
        LATENCIES.forEach((rate, rows) ->
                assertThat(rows.getLast().slowShare()).as("%s per second", rate).isBetween(0.000_1, 0.01));
    }

    @Test
    void recoveredTargetsAreUsedAgain() {
        assertThat(Simulation.shareAfterRecovery(QUIET)).isBetween(0.25, 0.42);
        assertThat(Simulation.shareAfterRecovery(BUSY)).isBetween(0.25, 0.42);
    }

    @Test
    void stickyPrefixesKeepPromptCachesWarm() {
        double spread = HITS.getFirst().hits();

        assertThat(HITS.getLast().hits()).isGreaterThan(spread + 0.2);
    }

    @Test
    void theDocsShowTheseFigures() throws IOException {
        String figures = Simulation.table(LATENCIES, HITS);
        Path made = Path.of("target/docs/routing-figures.md");
        Files.createDirectories(made.getParent());
        Files.writeString(made, figures);
        String page = Files.readString(Path.of("src/docs/routing.md"));

        assertThat(page).contains(BEGIN, END);
        assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)))
                .as("put %s between the comments of src/docs/routing.md", made)
                .isEqualTo(figures);
    }
}
