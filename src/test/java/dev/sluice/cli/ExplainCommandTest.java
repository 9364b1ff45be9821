package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code explain}, as somebody at a terminal sees it. */
class ExplainCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void config() throws IOException {
        file = Files.writeString(directory.resolve("sluice.yaml"), """
            providers:
              a: { type: simulator, models: [echo] }
              b: { type: vllm, base_url: "http://127.0.0.1:1/v1", api_keys: [{ key: one }, { key: two }] }
            models:
              smart: { targets: [{ provider: b, model: big }, { provider: a, model: echo }], fallbacks: [b/org/small] }
              shared: { strategy: weighted, targets: [{ provider: b, model: big, weight: 3 }, { provider: a, model: echo }] }
            """);
    }

    @Test
    void aRouteIsShownWithItsTargetsInTheirOrderAndItsKeysCounted() {
        assertThat(explain("smart")).isZero();

        assertThat(out.toString().lines())
                .startsWith(
                        "smart: route, strategy priority, then fallbacks [b/org/small]",
                        "  1. b (vllm) model big, weight 1, 2 key(s)",
                        "  2. a (simulator) model echo, weight 1, no key",
                        "  3. b (vllm) model org/small, weight 1, 2 key(s)");
        assertThat(out.toString()).doesNotContain("one", "two");
    }

    @Test
    void aWeightedRouteSaysThatItsOrderIsDrawn() {
        assertThat(explain("shared")).isZero();

        assertThat(out.toString()).contains("strategy weighted (drawn anew for each request)", "weight 3");
    }

    @Test
    void aDirectNameHasOneTarget() {
        assertThat(explain("b/org/deep/model")).isZero();

        assertThat(out.toString())
                .contains("named directly", "  1. b (vllm) model org/deep/model, ")
                .doesNotContain("  2. ");
    }

    @Test
    void whatHasNoPlanIsAnError() {
        assertThat(explain("a/other")).isEqualTo(1);

        assertThat(err.toString()).contains("no plan: a/other");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aBadFileIsRefusedWithItsProblems() throws IOException {
        Files.writeString(file, "log: { level: loud }\n");

        assertThat(explain("smart")).isEqualTo(1);

        assertThat(err.toString()).contains(":1:15: log.level: \"loud\"");
    }

    private int explain(String model) {
        return new CommandLine(new ExplainCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("--config", file.toString(), "--model", model);
    }
}
