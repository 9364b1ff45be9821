package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.PepperFile;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.binding.Secret;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.ConfigSamples;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Principal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

class KeysCommandTest {

    private static final String PEPPER = "a pepper from the environment";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void thePrintedKeyIsAccepted() {
        int exit = run(
                Map.of("SLUICE_PEPPER", PEPPER),
                "create",
                "--print",
                "--id",
                "007",
                "--team",
                "a: \"b\"",
                "--models",
                "fast,openai/*");

        assertThat(exit).isZero();
        Principal principal = ring(ConfigSamples.auth(List.of(pastedKey()), new Secret(PEPPER)))
                .verify(printedToken())
                .principal();
        assertThat(principal).isEqualTo(new Principal("007", "a: \"b\"", List.of("fast", "openai/*")));
        assertThat(out.toString()).contains("pepper: \"${SLUICE_PEPPER}\"");
    }

    @Test
    void thePepperOfTheEnvironmentIsNotPrinted() {
        run(
                Map.of("MY_PEPPER", PEPPER),
                "create",
                "--print",
                "--pepper-env",
                "MY_PEPPER",
                "--config",
                "conf/sluice.yaml");

        assertThat(out.toString()).contains("${MY_PEPPER}", "conf/sluice.yaml").doesNotContain(PEPPER, "export");
    }

    @Test
    void aPepperIsGeneratedWhenThereIsNone() {
        run(Map.of(), "create", "--print", "--config", "none.yaml");

        String pepper = out.toString()
                .lines()
                .filter(line -> line.startsWith("export SLUICE_PEPPER="))
                .findFirst()
                .orElseThrow()
                .substring("export SLUICE_PEPPER=".length());
        assertThat(ring(ConfigSamples.auth(List.of(pastedKey()), new Secret(pepper)))
                        .verify(printedToken())
                        .principal())
                .isNotNull();
    }

    @Test
    void thePepperOfTheConfigIsUsed(@TempDir Path folder) throws IOException {
        Path config = Files.writeString(
                folder.resolve("c.yaml"),
                "providers: { sluice: { type: simulator } }\nauth: { pepper: \"" + PEPPER + "\" }\n"
                        + "store: { url: \"sqlite:" + folder.resolve("s.db") + "\" }\n");

        assertThat(run(Map.of("SLUICE_PEPPER", "another pepper"), "create", "--print", "--config", config.toString()))
                .isZero();

        assertThat(ring(ConfigSamples.auth(List.of(pastedKey()), new Secret(PEPPER)))
                        .verify(printedToken())
                        .principal())
                .isNotNull();
        assertThat(out.toString()).doesNotContain("pepper:", "export", PEPPER);
    }

    /** Another pepper in the config would make the stored keys invalid. */
    @Test
    void thePepperThatAServerHasGeneratedIsUsed(@TempDir Path folder) throws IOException {
        String generated = PepperFile.open(folder.resolve("pepper")).pepper().reveal();
        Path config = Files.writeString(
                folder.resolve("c.yaml"),
                "providers: { sluice: { type: simulator } }\nstore: { url: \"sqlite:" + folder.resolve("s.db")
                        + "\" }\n");

        run(Map.of(), "create", "--print", "--config", config.toString());

        assertThat(ring(ConfigSamples.auth(List.of(pastedKey()), new Secret(generated)))
                        .verify(printedToken())
                        .principal())
                .isNotNull();
        assertThat(out.toString())
                .contains("pepper: \"file:" + folder.resolve("pepper") + "\"")
                .doesNotContain("export", generated);
    }

    @Test
    void anInvalidIdIsNamed() {
        assertThat(run(Map.of(), "create", "--print", "--id", "Not-An-Id")).isNotZero();
        assertThat(err.toString()).contains("--id: \"Not-An-Id\" (expected: 1 to 64 of a-z, 0-9 and _)");
        assertThat(out.toString()).isEmpty();
    }

    private String printedToken() {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith("sk-sluice-"))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private StaticKey pastedKey() {
        String yaml = out.toString().replaceAll("(?m)^(sk-|export ).*$", "");
        Map<String, Object> auth =
                (Map<String, Object>) new Yaml().<Map<String, Object>>load(yaml).get("auth");
        Map<String, Object> key = ((List<Map<String, Object>>) auth.get("keys")).getFirst();
        return new StaticKey((String) key.get("id"), (String) key.get("hash"), (String) key.get("team"), (List<String>)
                key.getOrDefault("models", List.of()));
    }

    private int run(Map<String, String> environment, String... arguments) {
        return new CommandLine(new KeysCommand(environment))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static KeyRing ring(AuthConfig auth) {
        SluiceConfig config = new SluiceConfig(
                null, Map.of(), Map.of(), auth, Map.of(), Map.of(), null, null, Map.of(), null, null, null, null);
        return new KeyRing(() -> config, () -> StoredKeys.NONE, System::currentTimeMillis);
    }
}
