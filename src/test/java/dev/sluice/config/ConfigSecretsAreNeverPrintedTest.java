package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.ConfigPrinter;
import dev.sluice.config.loading.LoadedConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A canary is put wherever a secret may be, also by mistake. It is never printed. */
class ConfigSecretsAreNeverPrintedTest {

    private static final String CANARY = "sk-canary-4f9b7c2d81";

    @Test
    void aValidConfigIsPrintedWithoutItsSecrets() {
        LoadedConfig.Ok ok = Configs.accepted("""
            server: { tls: { cert: "%1$s", key: "%1$s" } }
            providers:
              openai: { type: openai }
              proxied:
                type: openai_compatible
                base_url: https://user:%1$s@proxy.example.com/v1
                api_keys: [{ key: "%1$s" }, { key: "${OPENAI_API_KEY}" }]
                headers: { X-Auth-Thing: "%1$s", my-api-key: "%1$s", Cookie: "%1$s", x-token: "%1$s" }
            auth: { pepper: "%1$s" }
            alerts: { webhook: "https://hooks.example.com/services/%1$s" }
            """.formatted(CANARY), Map.of("OPENAI_API_KEY", CANARY));

        assertThat(ConfigPrinter.print(ok.config()))
                .doesNotContain(CANARY)
                .contains("x-token: \"***\"", "cert: \"***\"", "https://***@proxy.example.com/v1")
                .contains("webhook: \"https://hooks.example.com/***\"");
        assertThat(ok.warnings().toString() + ok.off() + ok.revision()).doesNotContain(CANARY);
        assertThat(ok.config().providers().get("openai").apiKeys().toString()).doesNotContain(CANARY);
        assertThat(ok.config().auth().toString()).doesNotContain(CANARY);
        assertThat(ok.config()
                        .providers()
                        .get("openai")
                        .apiKeys()
                        .getFirst()
                        .key()
                        .reveal())
                .as("the canary is there")
                .isEqualTo(CANARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server: { port: CANARY }",
                "server: { port: \"${SECRET}\" }",
                "server: { port: \"${CANARY\" }",
                "providers: { a: { type: openai, api_keys: CANARY } }",
                "providers: { a: { type: openai, api_keys: [CANARY] } }",
                "providers: { a: { type: openai, api_keys: [{ key: [CANARY] }] } }",
                "providers: { a: { type: openai, api_keys: [{ key: \"CANARY\\n\" }] } }",
                "providers: { a: { type: openai, api_keys: [{ key: \"file:/CANARY\" }] } }",
                "providers: { a: { type: openai, base_url: CANARY } }",
                "providers: { a: { type: openai, base_url: \"https://u:CANARY@h/?q\" } }",
                "providers: { a: { type: openai, base_url: \"https://u:CANARY@h:99999\" } }",
                "providers: { a: { type: openai, enabled: CANARY } }",
                "providers: { a: { type: CANARY } }",
                "providers: { a: { type: \"${SECRET}\" } }",
                "providers: { a: { type: openai, headers: { a: \"b\\nCANARY\" } } }",
                "providers: { a: { type: openai, headers: { a: [CANARY] } } }",
                "providers: { a: { type: openai, quirks: { defaults: { a: CANARY } } } }",
                "auth: { keys: [{ id: a, hash: CANARY }] }",
                "auth: { keys: [{ id: CANARY, hash: x }] }",
                "log: { level: \"${SECRET}\" }",
                "log: { level: !tag CANARY }",
                "log: { level: *CANARY }",
                "log: { level: \"CANARY }",
                "log: CANARY: x",
                "server: { host: \"${SECRET}\" }",
                "providers: { l: { type: simulator } }\n"
                        + "models: { m: { targets: [{ provider: \"${SECRET}\", model: x }] } }",
            })
    void problemsDoNotQuoteSecrets(String text) {
        List<String> problems =
                Configs.refusals(text.replace("CANARY", CANARY), Map.of("SECRET", CANARY, "OPENAI_API_KEY", "k"));

        assertThat(problems)
                .isNotEmpty()
                .noneSatisfy(problem -> assertThat(problem).contains(CANARY));
    }

    @Test
    void valuesOfSecretKeysAreAlwaysMasked() {
        assertThat(Configs.refusals("auth: { keys: [{ id: a, hash: open sesame }] }"))
                .anySatisfy(problem -> assertThat(problem).contains("hash: \"***\" (expected: hmac-sha256:"))
                .noneSatisfy(problem -> assertThat(problem).contains("sesame"));
    }

    @Test
    void secretFilesAreRelativeToTheConfigAndLoseTheirLastLineBreak(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("key"), CANARY + "\r\n");
        Files.writeString(
                dir.resolve("sluice.yaml"), "providers: { o: { type: openai, api_keys: [{ key: file:key }] } }");

        LoadedConfig loaded = ConfigLoader.load(dir.resolve("sluice.yaml"), name -> null);

        assertThat(loaded)
                .isInstanceOfSatisfying(
                        LoadedConfig.Ok.class,
                        ok -> assertThat(ok.config()
                                        .providers()
                                        .get("o")
                                        .apiKeys()
                                        .getFirst()
                                        .key()
                                        .reveal())
                                .isEqualTo(CANARY));
    }

    @Test
    void aSecretFileThatIsMissingOrEmptyIsAnError(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("empty"), "\n");
        String text = "providers: { o: { type: openai, api_keys: [{ key: file:%s }] } }";

        assertThat(ConfigLoader.parse(text.formatted("empty"), "f", name -> null, dir)
                        .toString())
                .contains("o.api_keys[0].key", "the secret's file is empty");
        assertThat(ConfigLoader.parse(text.formatted("absent"), "f", name -> null, dir)
                        .toString())
                .contains("o.api_keys[0].key", "cannot be read: NoSuchFileException");
        assertThat(Configs.refusals("providers: { o: { type: openai, api_keys: [{ key: \"\" }] } }"))
                .singleElement()
                .asString()
                .contains("a secret must not be empty");
    }

    @Test
    void anUnreadableConfigFileIsOneProblem(@TempDir Path dir) throws Exception {
        Files.write(dir.resolve("binary"), new byte[] {(byte) 0xff, 0});

        assertThat(ConfigLoader.load(dir.resolve("none"), name -> null).toString())
                .contains("no such file");
        assertThat(ConfigLoader.load(dir.resolve("binary"), name -> null).toString())
                .contains("not UTF-8 text");
        assertThat(ConfigLoader.load(dir, name -> null)).isInstanceOf(LoadedConfig.Refused.class);
    }
}
