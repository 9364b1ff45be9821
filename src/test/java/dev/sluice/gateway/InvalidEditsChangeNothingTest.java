package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An invalid edit is rejected completely: the active configuration stays, log, metrics and admin API report the
 * problem, and correcting the file is enough.
 */
class InvalidEditsChangeNothingTest {

    private static final String GOOD =
            RunningSluice.EPHEMERAL + "providers: { one: { type: simulator, models: [echo] } }\n";

    private static final String FIVE_MISTAKES = """
        server: { port: 0, admin: { port: 0 }, drain: 30 parsecs }
        provider: {}
        providers:
          one: { type: simulater }
          two: { type: simulator, tokens: many }
        models:
          fast: { targets: [{ provider: nobody, model: x }] }
        """;

    private static RunningSluice sluice;
    private static AdminClient admin;
    private static String revision;

    private final CapturedLog log = CapturedLog.open();
    private double refusedBefore;

    @BeforeAll
    static void startAll() {
        sluice = RunningSluice.start(GOOD);
        admin = AdminClient.of(sluice);
        revision = admin.revision();
    }

    @AfterAll
    static void stopAll() {
        sluice.close();
    }

    /** Each test ends with a corrected file. */
    @BeforeEach
    void start() {
        assertThat(admin.refusal()).isEmpty();
        refusedBefore = refusals();
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void fiveMistakesAreFiveProblemsWithTheirPlaces() {
        sluice.edit(FIVE_MISTAKES);

        refused();
        assertThat(admin.refusal())
                .hasSize(5)
                .allMatch(problem -> problem.matches(".*sluice\\.yaml:\\d+:\\d+: \\S+: .+"))
                .anySatisfy(problem -> assertThat(problem).contains("sluice.yaml:2:1: provider: unknown key"))
                .anySatisfy(problem -> assertThat(problem).contains(":1:", "server.drain"))
                .anySatisfy(problem ->
                        assertThat(problem).contains(":4:", "providers.one.type", "did you mean \"simulator\""))
                .anySatisfy(problem -> assertThat(problem).contains(":5:", "providers.two.tokens"))
                .anySatisfy(problem -> assertThat(problem).contains(":7:", "models.fast.targets[0].provider"));
        saidOnce(5);
        mended();
    }

    @Test
    void brokenYaml() throws IOException {
        Files.writeString(sluice.file(), GOOD + "models: { fast: [\n");

        refused();
        assertThat(admin.refusal()).singleElement().asString().containsPattern("sluice\\.yaml:\\d+:\\d+: not YAML");
        saidOnce(1);
        mended();
    }

    @Test
    void theFileIsGone() throws IOException {
        Path aside = sluice.file().resolveSibling("aside.yaml");
        Files.move(sluice.file(), aside);

        refused();
        assertThat(admin.refusal()).singleElement().asString().contains("no such file");
        saidOnce(1);
        // The very same file again: nothing that vertx-config reads has changed since its last good scan.
        Files.move(aside, sluice.file());
        isMended();
    }

    @Test
    void theFileIsEmpty() throws IOException {
        Files.writeString(sluice.file(), "");

        refused();
        assertThat(admin.refusal()).singleElement().asString().contains("the file is empty");
        saidOnce(1);
        mended();
    }

    /**
     * Each of them stops a reader that opens it: a pipe without a writer, a file without an end, minutes of parsing.
     */
    @ParameterizedTest
    @ValueSource(strings = {"pipe", "endless", "long line", "folder"})
    void aFileThatCannotBeReadToItsEndStopsNeitherWatcherNorReload(String kind) throws Exception {
        Files.delete(sluice.file());
        switch (kind) {
            case "pipe" ->
                assertThat(new ProcessBuilder("mkfifo", sluice.file().toString())
                                .start()
                                .waitFor())
                        .isZero();
            case "endless" -> Files.createSymbolicLink(sluice.file(), Path.of("/dev/zero"));
            case "long line" -> Files.writeString(sluice.file(), "# " + "x".repeat(5_000_000) + "\n" + GOOD);
            default -> Files.createDirectory(sluice.file());
        }

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(admin.refusal()).isNotEmpty());
        refused();
        assertThat(admin.refusal())
                .singleElement()
                .asString()
                .contains(kind.equals("long line") ? "larger than" : "not a regular file");
        saidOnce(1);
        long asked = System.nanoTime();
        assertThat(new ChatClient(sluice.adminUrl())
                        .post("/admin/v1/config/reload", "{}")
                        .statusCode())
                .isLessThan(500);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));

        Files.delete(sluice.file());
        mended();
    }

    @Test
    void eachInvalidEditIsReported() {
        sluice.edit("providers: []\n");
        refused();
        List<String> first = admin.refusal();

        sluice.edit(FIVE_MISTAKES);

        await().untilAsserted(() -> assertThat(admin.refusal()).hasSize(5));
        assertThat(first).isNotEmpty();
        assertThat(refusals() - refusedBefore).isEqualTo(2);
        serves();
        mended();
    }

    private void refused() {
        await().untilAsserted(() -> assertThat(admin.refusal()).isNotEmpty());
        assertThat(admin.revision()).isEqualTo(revision);
        assertThat(admin.ready())
                .contains("[!] config edit refused", admin.refusal().get(0))
                .endsWith("ready\n");
        assertThat(admin.metric("sluice_config_last_refused")).isEqualTo(1);
        serves();
    }

    /** Over several scans of the file that is still bad. */
    private void saidOnce(int problems) {
        await().during(Duration.ofMillis(1_500)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(log.lines().stream().filter(line -> line.startsWith("ERROR config edit refused")))
                    .hasSize(1);
            assertThat(log.lines().stream().filter(line -> line.startsWith("ERROR config: ")))
                    .hasSize(problems);
            assertThat(log.from("io.vertx.config")).isZero();
        });
        assertThat(refusals() - refusedBefore).isEqualTo(1);
    }

    private static double refusals() {
        return admin.metric("sluice_config_reloads_total{result=\"refused\"}");
    }

    private void mended() {
        sluice.edit(GOOD);
        isMended();
    }

    private void isMended() {
        await().untilAsserted(() -> assertThat(admin.refusal()).isEmpty());
        assertThat(admin.revision()).isEqualTo(revision);
        assertThat(admin.ready()).contains("[+] config " + revision + " ok");
        assertThat(admin.metric("sluice_config_last_refused")).isZero();
        serves();
    }

    private void serves() {
        assertThat(sluice.chat().chat(ChatClient.request("one/echo", "Hi")).statusCode())
                .isEqualTo(200);
    }
}
