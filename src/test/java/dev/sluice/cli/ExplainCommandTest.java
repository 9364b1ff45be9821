package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Output and exit codes of {@code explain}. */
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
              smart: { targets: [{ provider: b, model: big }, { provider: a, model: echo }], fallbacks: [b/org/small], timeouts: { first_token: 7s } }
              shared: { strategy: weighted, targets: [{ provider: b, model: big, weight: 3 }, { provider: a, model: echo }] }
              careful:
                strategy: cost
                targets: [{ provider: b, model: seer }, { provider: b, model: blind }, { provider: b, model: who }]
                fallbacks_on: { context_window: [smart] }
            model_info:
              seer: { inputs: [text, image], traits: [tools], input: 3, output: 15, context: 100000 }
              blind: { inputs: [text], traits: [reasoning], input: 1, output: 2, context: 50000 }
            """);
    }

    @Test
    void aRouteIsShownWithItsTargetsInTheirOrderAndItsKeysCounted() {
        assertThat(explain("smart")).isZero();

        assertThat(out.toString().lines())
                .startsWith(
                        "smart: route, strategy priority, then fallbacks [b/org/small]",
                        "  1. b (vllm) model big, weight 1, 2 key(s)",
                        "     timeouts: connect 2s, first_byte 30s, first_token 7s, idle 30s, response 5m, total 10m",
                        "  2. a (simulator) model echo, weight 1, no key",
                        "     timeouts: connect 2s, first_byte 30s, first_token 7s, idle 30s, response 5m, total 10m",
                        "  3. b (vllm) model org/small, weight 1, 2 key(s)");
        assertThat(out.toString()).doesNotContain("one", "two");
    }

    @Test
    void weightedRoutesAreShownAsRandomOrder() {
        assertThat(explain("shared")).isZero();

        assertThat(out.toString()).contains("strategy weighted (drawn again for each request)", "weight 3");
    }

    @Test
    void aDirectNameHasOneTarget() {
        assertThat(explain("b/org/deep/model")).isZero();

        assertThat(out.toString())
                .contains("named directly", "  1. b (vllm) model org/deep/model, ")
                .doesNotContain("  2. ");
    }

    @Test
    void theCheapestCapableTargetIsFirst() {
        assertThat(explain("careful")).isZero();

        assertThat(out.toString().lines())
                .contains("careful: route, strategy cost (cheapest for the request first, unknown prices last)")
                .contains("  1. b (vllm) model blind, weight 1, 2 key(s), about $0.002000 per request")
                .contains("  2. b (vllm) model seer, weight 1, 2 key(s), about $0.010500 per request")
                .contains("  3. b (vllm) model who, weight 1, 2 key(s), price unknown")
                .contains("  on context_window instead: b/big > a/echo > b/org/small");
    }

    @Test
    void incapableTargetsAreSkippedWithTheirReason() {
        assertThat(explain("careful", "--tools", "--images")).isZero();
        assertThat(out.toString()).contains("1. b (vllm) model seer", "skipped b/blind: no_tools");

        out.getBuffer().setLength(0);
        assertThat(explain("careful", "--prompt-tokens", "60000")).isZero();
        assertThat(out.toString()).contains("1. b (vllm) model seer", "skipped b/blind: context_window");
    }

    @Test
    void theOutputIsAvailableAsJson() {
        assertThat(explain("careful", "--json", "--images", "--strategy", "priority", "--fallbacks", "a/echo"))
                .isZero();

        JsonObject plan = new JsonObject(out.toString());
        assertThat(plan.getString("strategy")).isEqualTo("priority");
        assertThat(plan.getString("line"))
                .isEqualTo("b/seer > b/who > a/echo; skipped b/blind (no_vision); strategy priority");
        assertThat(plan.getJsonArray("targets").getJsonObject(0).getDouble("estimated_cost_usd"))
                .isEqualTo(0.0105, within(1e-9));
        assertThat(plan.getJsonArray("targets").getJsonObject(0).getJsonObject("timeouts"))
                .isEqualTo(new JsonObject("""
                    {"connect":2000,"first_byte":30000,"first_token":30000,"idle":30000,"response":300000,"total":600000}\
                    """));
    }

    @Test
    void optionsThatLeaveNoTargetAreAnError() {
        assertThat(explain("careful", "--only", "a")).isEqualTo(1);
        assertThat(err.toString()).contains("--only leaves no target of careful");

        assertThat(explain("careful", "--strategy", "luck")).isNotZero();
        assertThat(err.toString()).contains("--strategy luck (expected one of: priority, weighted,");
    }

    @Test
    void unknownModelsAreAnError() {
        assertThat(explain("a/other")).isEqualTo(1);

        assertThat(err.toString()).contains("no plan: a/other");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anInvalidFileIsRefusedWithItsProblems() throws IOException {
        Files.writeString(file, "log: { level: loud }\n");

        assertThat(explain("smart")).isEqualTo(1);

        assertThat(err.toString()).contains(":1:15: log.level: \"loud\"", "1 error in " + file);
    }

    private int explain(String model, String... more) {
        return new CommandLine(new ExplainCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("--config", file.toString(), "--model", model), Stream.of(more))
                        .toArray(String[]::new));
    }
}
