package dev.sluice.config.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.SluiceConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that involve several keys, each of which is valid alone. */
class ConfigCheckTest {

    private static final String HASH = "hmac-sha256:" + "0".repeat(32) + ":" + "0".repeat(64);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        type: opnai                                | .type: "opnai" is not a provider type (did you mean "openai"?)
        type: something                            | (expected: openai, azure_openai, grok,
        type: openai, tokens: 3                    | .tokens: only for type simulator
        type: openai, api_version: "2024-10-21"    | .api_version: only for types azure_openai and anthropic
        type: openai, deployments: { a: b }        | .deployments: only for type azure_openai
        type: simulator, base_url: "http://x"      | .base_url: not read by type simulator
        type: simulator, api_keys: [{ key: a }]    | .api_keys: not read by type simulator
        type: azure_openai                         | "base_url" is missing: type azure_openai has no default
        type: openai_compatible                    | "base_url" is missing
        type: ollama, base_url: "http://"          | .base_url: "http://" (expected
        type: ollama, base_url: "http://a:99999"   | .base_url: "http://a:99999" (expected: an http or https URL with
        type: ollama, base_url: "http://a?b=c"     | .base_url: "http://a?b=c" (expected: an http or https URL without
        type: ollama, models: ["a b"]              | .models[0]: "a b" (expected:
        type: ollama, headers: { Host: x }         | .headers.Host: is set by Sluice itself
        type: ollama, headers: { authorization: x }| .headers.authorization: is set by Sluice itself
        type: ollama, headers: { "a b": x }        | .headers["a b"]: not a header name
        type: ollama, headers: { a: "b\\r\\nc: d" }| .headers.a: the value has a character
        type: ollama, api_keys: [{ key: "a\\nb" }] | .api_keys[0].key: the key has a character
        type: ollama, quirks: { defaults: { a: b } } | .quirks.defaults.a: "b" (expected: a JSON value
        type: ollama, quirks: { defaults: { a: "{} {}" } } | .quirks.defaults.a: "{} {}" (expected: a JSON value
        type: azure_openai, base_url: "https://a", deployments: { "a?": b } | .deployments["a?"]: invalid model or deployment name
        type: azure_openai, base_url: "https://a", headers: { api-key: b }  | .headers.api-key: is set by Sluice
        """)
    void problemsOfProvidersAreReported(String stanza, String said) {
        assertThat(Configs.refusals("providers: { p: { " + stanza + " } }"))
                .anySatisfy(
                        problem -> assertThat(problem).contains("providers.p").contains(said));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Open", "a b", "-a", "a/b", "a.b"})
    void providerNamesArePathAndLabelSafe(String name) {
        assertThat(Configs.refusals("providers: { \"" + name + "\": { type: simulator } }"))
                .singleElement()
                .asString()
                .contains("not a provider name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        m: { targets: [{ provider: lcal, model: x }] }                 | targets[0].provider: "lcal" is not a provider of this file (did you mean "local"?)
        m: { targets: [{ provider: zzz, model: x }] }                  | "zzz" is not a provider of this file (expected: local, few)
        m: { targets: [{ provider: local, model: "x y" }] }            | targets[0].model: not a model name
        m: { targets: [{ provider: few, model: x }] }                  | targets[0].model: "x" does not match any pattern of providers.few.models
        m: { targets: [{ provider: local }] }                          | targets[0]: "model" is missing
        m: { strategy: weighted, targets: [{ provider: local, model: x, weight: 0 }] } | no target has a weight above 0
        "m m": { targets: [{ provider: local, model: x }] }            | models["m m"]: not a model name
        local/m: { targets: [{ provider: local, model: x }] }          | models["local/m"]: hides a model of provider "local"
        mist: { targets: [{ provider: local, model: x }], fallbacks: [mits] }  | fallbacks[0]: "mits" is not a route of this file (did you mean "mist"?)
        m: { targets: [{ provider: local, model: x }], fallbacks: [nope/x] }   | fallbacks[0]: "nope/x" is not a provider
        m: { targets: [{ provider: local, model: x }], fallbacks: [few/x] }    | fallbacks[0]: "few/x" does not match any pattern of providers.few.models
        m: { targets: [{ provider: local, model: x }], fallbacks: [m] }        | fallbacks[0]: fallback cycle: m -> m
        """)
    void problemsOfRoutesAreReported(String route, String said) {
        assertThat(Configs.refusals("providers: { local: { type: simulator }, few: { type: simulator, models: [a] } }\n"
                        + "models: { " + route + " }"))
                .anySatisfy(problem -> assertThat(problem).contains(said));
    }

    @Test
    void fallbackCyclesAreReportedOnce() {
        assertThat(Configs.refusals("""
            providers: { l: { type: simulator } }
            models:
              a: { targets: [{ provider: l, model: x }], fallbacks: [b] }
              b: { targets: [{ provider: l, model: x }], fallbacks: [c] }
              c: { targets: [{ provider: l, model: x }], fallbacks: [l/x, a] }
              d: { targets: [{ provider: l, model: x }], fallbacks: [a, b] }
            """))
                .containsExactly("5:63: models.c.fallbacks[1]: fallback cycle: a -> b -> c -> a");
    }

    @Test
    void aFallbackCycleIsReportedAtTheKeyThatClosesIt() {
        assertThat(Configs.refusals("""
            providers: { l: { type: simulator } }
            models:
              a: { targets: [{ provider: l, model: x }], fallbacks: [l/x], fallbacks_on: { rate_limit: [l/x, b] } }
              b: { targets: [{ provider: l, model: x }], fallbacks_on: { content_filter: [a] } }
            """))
                .singleElement()
                .asString()
                .contains("models.b.fallbacks_on.content_filter[0]: fallback cycle: a -> b -> a");
    }

    @Test
    void twoPathsToTheSameFallbackAreNoCycle() {
        SluiceConfig config = Configs.config("""
            providers: { l: { type: simulator } }
            models:
              a: { targets: [{ provider: l, model: x }], fallbacks: [b, c] }
              b: { targets: [{ provider: l, model: x }], fallbacks: [c] }
              c: { targets: [{ provider: l, model: x }] }
            """);

        assertThat(config.models()).containsOnlyKeys("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "example.com", "127.0.0.1.example.com", "localhost.evil.com"})
    void aNetworkAddressRequiresKeys(String host) {
        assertThat(Configs.refusals("server: { host: \"" + host + "\" }"))
                .singleElement()
                .asString()
                .startsWith("1:17: server.host: ")
                .contains("no key is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.3.4", "localhost", "LOCALHOST", "::1", "[::1]", "0:0:0:0:0:0:0:1"})
    void aLoopbackAddressRequiresNoKeys(String host) {
        assertThat(Configs.config("server: { host: \"" + host + "\" }").auth().open())
                .isTrue();
    }

    @Test
    void theAdminListenerStaysOnLoopbackEvenWithKeys() {
        String keys = "\nauth: { pepper: p, keys: [{ id: a, hash: " + HASH + " }] }";

        assertThat(Configs.config("server: { host: 0.0.0.0 }" + keys).auth().open())
                .isFalse();
        assertThat(Configs.refusals("server: { admin: { host: 0.0.0.0 } }" + keys))
                .containsExactly("1:26: server.admin.host: \"0.0.0.0\" (expected: a loopback address)");
    }

    @Test
    void keysRequireAPepper() {
        String keys = "auth:\n  keys: [{ id: a, hash: " + HASH + " }]\n";

        assertThat(Configs.refusals(keys))
                .singleElement()
                .asString()
                .startsWith("2:3: auth.keys: auth.pepper is missing");
        assertThat(Configs.refusals(keys + "  pepper: ${PEPPER}"))
                .containsExactly("3:11: auth.pepper: PEPPER is not set");
        assertThat(Configs.refusals(keys + "  pepper: ${PEPPER}", Map.of("PEPPER", "")))
                .containsExactly("3:11: auth.pepper: ${PEPPER} is empty");
        assertThat(Configs.config("auth: { pepper: \"${PEPPER}\" }").auth().open())
                .as("no keys: the pepper is not needed")
                .isTrue();
    }

    @Test
    void keyIdsAreUnique() {
        assertThat(Configs.refusals("""
            auth:
              pepper: p
              keys:
                - { id: a, hash: "%1$s" }
                - { id: a, hash: "%1$s" }
            """.formatted(HASH)))
                .containsExactly("5:13: auth.keys[1].id: \"a\" is the id of an earlier key (expected: unique ids)");
    }

    @Test
    void aProviderKeyOverPlainHttpGivesAWarning() {
        String stanza = "providers: { p: { type: vllm, base_url: \"http://%s/v1\", api_keys: [{ key: k }] } }";

        assertThat(Configs.lines(Configs.accepted(stanza.formatted("gpu.example.com"), Map.of())
                        .warnings()))
                .containsExactly(
                        "1:41: providers.p.base_url: the API key would be sent over http without encryption (expected:"
                                + " an https URL)");
        assertThat(Configs.accepted(stanza.formatted("127.0.0.1:8000"), Map.of())
                        .warnings())
                .isEmpty();
    }

    /** Providers document base URLs with and without the version. */
    @ParameterizedTest
    @CsvSource({
        "anthropic, https://relay/v1, 'requests would go to /v1/v1/messages (expected: a URL without /v1)'",
        "azure_openai, https://relay/openai, 'requests would go to /openai/openai/v1/chat/completions (expected: a URL"
                + " without /openai)'",
        "vllm, https://relay/v1/chat/completions, 'requests would go to /v1/chat/completions/chat/completions"
                + " (expected: a URL without /chat/completions)'",
        "openai_compatible, https://relay:1/, 'requests would go to /chat/completions (expected, usually: a URL that"
                + " ends in /v1)'",
        "anthropic, https://relay, ''",
        "anthropic, https://relay/proxy/anthropic, ''",
        "openai_compatible, https://relay/v1/, ''",
        "openai_compatible, https://relay/models, ''",
        "azure_openai, https://relay, ''",
        "deepseek, https://relay, ''"
    })
    void anUnusualPathOfABaseUrlGivesAWarning(String type, String url, String warning) {
        String config = "providers: { p: { type: " + type + ", base_url: \"" + url + "\", api_keys: [{ key: k }] } }";

        List<String> lines = Configs.lines(Configs.accepted(config, Map.of()).warnings());

        assertThat(String.join("\n", lines)).endsWith(warning);
        assertThat(lines).hasSize(warning.isEmpty() ? 0 : 1);
    }
}
