package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.Captures.Capture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs where {@link Judges} are found; elsewhere there is nothing to judge. {@code target/conformance.txt} has the
 * number of judgements and the violations.
 */
class ConformanceTest {

    private static final Path REPORT = Path.of("target/conformance.txt");

    private static final Deviations DEVIATIONS = new Deviations();
    private static boolean judged;

    @BeforeAll
    static void judge() throws IOException {
        Optional<Judges> judges = Judges.found();
        Files.deleteIfExists(REPORT);
        if (judges.isEmpty()) {
            return;
        }
        new GoldenFixtures(judges.get(), DEVIATIONS).run();
        List<Capture> recorded = Captures.read(judges.get().captures());
        try (JudgedGateway gateway = new JudgedGateway()) {
            new Replays(gateway, judges.get(), DEVIATIONS).run(recorded);
            new OperationReplays(gateway, judges.get(), DEVIATIONS).run(recorded);
            new SocketSessions(gateway, judges.get(), DEVIATIONS).run();
            new ErrorReplays(gateway, judges.get(), DEVIATIONS).run();
        }
        judged = true;
        Files.createDirectories(REPORT.getParent());
        Files.write(REPORT, DEVIATIONS.found());
        Files.writeString(REPORT, "judged: " + DEVIATIONS.count() + "\n", java.nio.file.StandardOpenOption.APPEND);
    }

    @Test
    void everyRequestAndResponseIsAsDescribed() {
        assertThat(DEVIATIONS.found()).isEmpty();
    }

    @Test
    void everyExceptionIsNeeded() {
        assertThat(judged ? DEVIATIONS.unusedExceptions() : List.of()).isEmpty();
    }
}
