package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.store.sql.Engine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Output and exit codes of {@code check} and {@code config}. */
class ConfigCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theDefaultConfigIsValidInAnEmptyEnvironment() {
        int exit = run(new CheckCommand(name -> null), "--config", "conf/sluice.yaml");

        assertThat(exit).isZero();
        assertThat(out.toString())
                .doesNotContain("warning")
                .contains("conf/sluice.yaml is valid, revision ")
                .contains("providers on:\n  sluice (simulator)\nproviders off:\n  openai: OPENAI_API_KEY is not set\n")
                .contains("  azure: AZURE_OPENAI_ENDPOINT is not set, AZURE_OPENAI_API_KEY is not set\n")
                .contains("routes:\n  fast: sluice/lorem\n");
    }

    @Test
    void keysInTheEnvironmentEnableProviders() {
        Map<String, String> env = Map.of(
                "OPENAI_API_KEY", "a",
                "AZURE_OPENAI_API_KEY", "b",
                "AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com",
                "GROQ_API_KEY", "c");

        run(new CheckCommand(env::get), "--config", "conf/sluice.yaml");

        assertThat(out.toString()).contains("  openai (openai)\n  azure (azure_openai)\n  groq (groq)\nproviders off:");
    }

    @Test
    void aBadConfigExits1WithEveryProblemAndTheirNumber(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("bad.yaml"), "log: { level: loud }\nprovider: {}\n");

        int exit = run(new CheckCommand(name -> null), "--config", file.toString());

        assertThat(exit).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        file + ":1:15: log.level: \"loud\" (expected: debug, info, warn or error)",
                        file + ":2:1: provider: unknown key (did you mean \"providers\"?)",
                        "2 errors in " + file);
    }

    /** A server with such a URL would not start, or never connect. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "db:5432/d?sslmode=full | sslmode=full is unknown (expected: one of disable, allow, prefer, require,"
                        + " verify-ca, verify-full)",
                "db/d?sslmode=verify-full&sslrootcert=/none | sslrootcert is no file: /none (expected: a PEM file of"
                        + " certificate authorities, or system)",
                "db/d?sslcert=/c | sslcert is not supported (expected: sslmode and sslrootcert)",
                "db:99999/d | is not a URL of PostgreSQL (expected:",
                "db/d?port=a | is not a URL of PostgreSQL (expected:",
                "@db/d | is not a URL of PostgreSQL (expected:"
            })
    void aPostgresUrlThatServeRefusesIsRefused(String rest, String message, @TempDir Path dir) throws Exception {
        String url = "postgresql://u:canary@" + rest;
        Path file = Files.writeString(
                dir.resolve("bad.yaml"), "store: { url: \"" + url + "\" }\nproviders: { one: { type: simulator } }\n");

        int exit = run(new CheckCommand(name -> null), "--config", file.toString());

        assertThat(exit).isEqualTo(1);
        assertThat(out.toString())
                .contains(file + ":1:15: store.url: " + message)
                .doesNotContain("canary");
        Vertx vertx = Vertx.vertx();
        assertThatThrownBy(() -> Engine.of(vertx, url))
                .hasMessageStartingWith("store.url: " + message)
                .hasMessageNotContaining("canary");
        vertx.close();
    }

    @Test
    void warningsComeFirstAndDoNotFail(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(
                dir.resolve("w.yaml"),
                "providers: { v: { type: vllm, base_url: \"http://h\", api_keys: [{ key: k }] } }");

        int exit = run(new CheckCommand(name -> null), "--config", file.toString());

        assertThat(exit).isZero();
        assertThat(out.toString()).startsWith("warning: " + file + ":1:41: providers.v.base_url: the API key");
    }

    @Test
    void configPrintsTheEffectiveConfigWithSecretsMasked() {
        int exit = run(new ConfigCommand(Map.of("OPENAI_API_KEY", "canary")::get), "--config", "conf/sluice.yaml");

        assertThat(exit).isZero();
        assertThat(out.toString()).contains("max_body: 20MiB", "key: \"***\"").doesNotContain("canary");
    }

    @Test
    void configReportsAnInvalidFileOnTheErrorStream(@TempDir Path dir) {
        int exit = run(
                new ConfigCommand(name -> null),
                "--config",
                dir.resolve("none.yaml").toString());

        assertThat(exit).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("none.yaml: no such file (expected: ", "--config", "1 error in ");
    }

    @Test
    void configPrintsTheSchema() throws IOException {
        int exit = run(new ConfigCommand(name -> null), "--schema");

        assertThat(exit).isZero();
        assertThat(Path.of("src/main/resources/sluice.schema.json")).hasContent(out.toString());
    }

    private int run(Object command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
