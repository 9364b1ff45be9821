package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.ConfigPrinter;
import dev.sluice.config.loading.LoadedConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of {@code config} is the complete config, deterministic, and accepted again. */
class ConfigPrinterTest {

    @Test
    void theOutputIsReadBackAsTheSameConfig() {
        // Secrets are compared as printed; ConfigSecretsAreNeverPrintedTest checks that they are masked.
        String text = Configs.resource("/config/full.yaml")
                .replaceAll("\"CERT\"|\"KEY\"|\"CA\"|sk-second|azure-key", "\"***\"");
        SluiceConfig config = Configs.accepted(
                        text.replace("\"\"", "\"").replace("hooks.example.com/sluice", "hooks.example.com/***"),
                        Map.of("OPENAI_API_KEY", "***", "SLUICE_PEPPER", "***"))
                .config();

        assertThat(Configs.config(ConfigPrinter.print(config))).isEqualTo(config);
    }

    @Test
    void theOutputShowsEveryDefault() {
        String printed = ConfigPrinter.print(Configs.config("providers: { l: { type: simulator } }"));

        assertThat(printed).isEqualTo("""
            server:
              host: "127.0.0.1"
              port: 8080
              admin:
                host: "127.0.0.1"
                port: 8081
              max_body: 20MiB
              max_upload: 512MiB
              max_uploads: 128
              max_upload_space: 0
              max_buffered: 0
              drain: 30s
              timeouts:
                header: 10s
                body: 30s
                upload: 10m
                idle: 75s
                responses_socket: 1h
                write: 1m
              strict: off
              heartbeat: 15s
              request_limits:
                messages: 0
                tools: 0
                images: 0
                choices: 0
              unknown_price: flag
              stored_responses:
                size: 64MiB
                ttl: 8h
            providers:
              l:
                type: simulator
                models:
                  - "*"
                models_ttl: 1h
                enabled: auto
                timeouts:
                  connect: 2s
                  first_byte: 30s
                  first_token: 30s
                  idle: 30s
                  response: 5m
                  total: 10m
                breaker:
                  failure_rate: 0.5
                  slow_call: 1m
                  slow_rate: 0.8
                  min_calls: 10
                  window: 30s
                  open_duration: 15s
                  jitter: 0.2
                  scope: provider
                  active_probe: true
                retry:
                  attempts: 2
                  backoff: 200ms
                  max_backoff: 5s
                  budget: 0.2
                limits:
                  rpm: 0
                  tpm: 0
                  input_tpm: 0
                  output_tpm: 0
                  concurrency: 0
                concurrency:
                  adaptive: false
                  initial: 20
                  min: 4
                  max: 1000
                  queue: 100
                  max_wait: 1s
                price_factor: 1.0
                first_token: 0ms
                token_gap: 0ms
                jitter: 0.0
                tokens: 120
                error_rate: 0.0
                error_kind: status-503
                steerable: false
            auth:
              required: false
            store:
              url: sqlite:data/sluice.db
              max_journal: 256MiB
              retention: 90d
              owner_retention: 400d
              key_cache_ttl: 1h
              enabled: true
            log:
              format: json
              level: info
              access: true
            metrics:
              enabled: true
            """);
    }

    @Test
    void anyTextIsReadBackUnchanged() {
        String[] texts = {
            "true",
            "No",
            "~",
            "null",
            "12",
            "1e3",
            "0x1f",
            "2024-10-21",
            "a: b",
            "a #b",
            "- a",
            "",
            " a ",
            "$$x",
            "$${X}",
            "\\\"q\\\"",
            "tab\\tx",
            "*a",
            "&a",
            "{a}",
            "[a]",
            "%a",
            "@a",
            "`a`",
            "!a",
            "it's",
            "C:\\\\dir",
            "a:1"
        };
        for (String text : texts) {
            SluiceConfig config =
                    Configs.config("providers: { v: { type: vllm, headers: { \"x-$name\": \"" + text + "\" } } }");

            assertThat(Configs.config(ConfigPrinter.print(config))).as(text).isEqualTo(config);
        }
    }

    @Test
    void theRevisionDependsOnTheTextAndAllResolvedValues() {
        String text = "providers: { openai: { type: openai, headers: { x-a: \"${A:-1}\" } } }";
        String revision =
                Configs.accepted(text, Map.of("OPENAI_API_KEY", "one")).revision();

        assertThat(revision).matches("[0-9a-f]{12}");
        assertThat(Configs.accepted(text, Map.of("OPENAI_API_KEY", "one")).revision())
                .isEqualTo(revision);
        assertThat(Configs.accepted(text + " ", Map.of("OPENAI_API_KEY", "one")).revision())
                .isNotEqualTo(revision);
        assertThat(Configs.accepted(text, Map.of("OPENAI_API_KEY", "two")).revision())
                .isNotEqualTo(revision);
        assertThat(Configs.accepted(text, Map.of("OPENAI_API_KEY", "one", "A", "2"))
                        .revision())
                .isNotEqualTo(revision);
    }

    @Test
    void theRevisionDependsOnTheContentOfSecretFiles(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(
                dir.resolve("sluice.yaml"), "providers: { o: { type: openai, api_keys: [{ key: file:key }] } }");
        Files.writeString(dir.resolve("key"), "one");
        String before = ((LoadedConfig.Ok) ConfigLoader.load(file, name -> null)).revision();
        Files.writeString(dir.resolve("key"), "two");

        assertThat(((LoadedConfig.Ok) ConfigLoader.load(file, name -> null)).revision())
                .isNotEqualTo(before);
    }
}
