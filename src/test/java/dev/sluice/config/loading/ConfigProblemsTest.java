package dev.sluice.config.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.Configs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A problem names its position, the value, and what is expected; all problems are reported at once. */
class ConfigProblemsTest {

    @Test
    void fiveProblemsAreReportedInFileOrder() {
        List<String> problems = Configs.refusals("""
            server:
              port: eighty
            providers:
              azure:
                type: azure_openai
                base_url: https://res.openai.azure.com
                api_version: "2024"
              local:
                type: simulator
                timeout: { connect: 1s }
            models:
              fast:
                targets:
                  - { provider: lokal, model: echo, weight: 2000 }
            """);

        assertThat(problems)
                .containsExactly(
                        "2:9: server.port: \"eighty\" (expected: a whole number, from 0 to 65535)",
                        "7:18: providers.azure.api_version: \"2024\" (expected: YYYY-MM-DD or YYYY-MM-DD-preview)",
                        "10:5: providers.local.timeout: unknown key (did you mean \"timeouts\"?)",
                        "14:21: models.fast.targets[0].provider: \"lokal\" is not a provider of this file"
                                + " (did you mean \"local\"?)",
                        "14:49: models.fast.targets[0].weight: \"2000\" (expected: a whole number, from 0 to 1000)");
    }

    @Test
    void positionsAreClickable() {
        ConfigProblem problem = new ConfigProblem("conf/sluice.yaml", 12, 7, "server.port", "\"x\"");

        assertThat(problem).hasToString("conf/sluice.yaml:12:7: server.port: \"x\"");
    }

    @Test
    void fewAllowedKeysAreListedWhenNoneIsSimilar() {
        assertThat(Configs.refusals("metrics: { prometheus: true }"))
                .containsExactly("1:12: metrics.prometheus: unknown key (expected: enabled)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        prvoiders: {}                                         | prvoiders | providers
        server: { maxBody: 1MiB }                             | server.maxBody | max_body
        providers: { a: { type: simulator, frist_token: 1s }} | providers.a.frist_token | first_token
        providers: { a: { type: openai, api-keys: [] }}       | providers.a.api-keys | api_keys
        """)
    void similarKeysAreSuggested(String text, String path, String meant) {
        assertThat(Configs.refusals(text))
                .anySatisfy(problem ->
                        assertThat(problem).endsWith(path + ": unknown key (did you mean \"" + meant + "\"?)"));
    }

    @ParameterizedTest
    @CsvSource({
        "server: { drain: 30 }, server.drain: \"30\" (expected: a duration such as",
        "server: { drain: 2h }, 'from 0ms to 1h)'",
        "server: { max_body: 20MB }, server.max_body: \"20MB\" (expected: a size such as",
        "server: { max_body: 100 }, 'from 1KiB to 1GiB)'",
        "metrics: { enabled: yes }, metrics.enabled: \"yes\" (expected: true or false)",
        "'tiers: { t: { budget: { usd: 5, period: fortnight } } }',"
                + " 'budget.period: \"fortnight\" (expected: day, week, month or lifetime)'",
        "log: { level: inof }, 'expected: debug, info, warn or error; did you mean \"info\"?'",
        "log: [], log: found a list (expected: keys and values)",
        "log: { level: [info] }, log.level: found a list",
        "providers: [], providers: found a list (expected: names and values)",
        "models: { m: { targets: {} } }, models.m.targets: found keys and values (expected: a list)",
        "models: { m: {} }, 'models.m: \"targets\" is missing'",
        "models: { m: { targets: [] } }, models.m.targets: is empty (expected: at least one target)",
        "log: { level: !vault x }, found a tagged value",
        "server: { ? [a] : b }, server: a key must be text",
        "'{ <<: { log: {} } }', merge keys are not supported",
        "'providers: { a: { type: simulator, models: [~] } }', providers.a.models[0]: is empty",
        "'providers: { a: { type: simulator, tokens: 1.5 } }', providers.a.tokens: \"1.5\" (expected: a whole number",
        "'providers: { a: { type: simulator, jitter: much } }', providers.a.jitter: \"much\" (expected: a number",
        "'providers: { a: { type: simulator, tokens: 99999999999 } }', 'a whole number, from 0 to 1000000'",
    })
    void invalidValuesNameTheExpectedOnes(String text, String said) {
        assertThat(Configs.refusals(text))
                .anySatisfy(problem -> assertThat(problem).contains(said));
    }

    @Test
    void duplicateKeysAreReportedAtTheSecondOccurrence() {
        assertThat(Configs.refusals("log: { level: info }\nmetrics: {}\nlog: { level: warn }\n"))
                .containsExactly("3:1: log: duplicate key (expected: each key once)");
    }

    @Test
    void syntaxErrorsHaveAPosition() {
        assertThat(Configs.refusals("server:\n  port: [1\nlog: {}\n"))
                .singleElement()
                .asString()
                .startsWith("3:")
                .contains("not YAML");
    }

    @Test
    void aVariableThatEndsAFlowMappingIsExplained() {
        assertThat(Configs.refusals("providers:\n  a: { type: ${TYPE} }\n"))
                .singleElement()
                .asString()
                .startsWith("2:")
                .contains("put \"${...}\" in quotes");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThat(Configs.refusals("")).singleElement().asString().contains("the file is empty");
        assertThat(Configs.refusals("# all gone\n")).singleElement().asString().contains("the file is empty");
    }

    @Test
    void twoDocumentsAndControlCharactersAreRefused() {
        assertThat(Configs.refusals("log: {}\n---\nlog: {}\n"))
                .singleElement()
                .asString()
                .startsWith("2:1: not YAML");
        assertThat(Configs.refusals("log: {}\nmetrics: {\u0000}\n"))
                .singleElement()
                .asString()
                .startsWith("2:11: not YAML");
    }

    @ParameterizedTest
    @CsvSource({
        "cache: { enabled: true }, cache",
        "cluster: {}, cluster",
        "tracing: {}, tracing",
        "log: { prompts: true }, log.prompts",
        "providers: { a: { type: bedrock } }, 'providers.a.type: \"bedrock\" is'",
    })
    void reservedKeysAreDistinguishedFromUnknownOnes(String text, String place) {
        assertThat(Configs.refusals(text))
                .anySatisfy(problem ->
                        assertThat(problem).contains(place).contains("known to Sluice but not served by this version"));
    }
}
