package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.SocketCall;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import io.vertx.core.MultiMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which headers go to a provider, and that no secret comes back in an error. */
class UpstreamHeadersTest {

    private static final String KEY = "sk-canary-1234567890";

    /** The text of an error is cut at 500 characters, wherever its secret is. */
    @Test
    void theBeginningOfAKeyBeforeACutIsMasked() {
        for (int length = 4; length < KEY.length(); length++) {
            GatewayError error = GatewayError.invalid("rejected " + KEY.substring(0, length) + "\u2026", KEY, KEY);

            GatewayError clean = headers("openai", "").withoutSecrets(error, KEY);

            assertThat(clean.message()).isEqualTo("rejected ***\u2026");
            assertThat(clean.param()).isEqualTo("***");
            assertThat(clean.code()).isEqualTo("***");
        }
    }

    @Test
    void theKeyIsSentAsEachProviderExpectsIt() {
        assertThat(socket("openai", "", Map.of(), KEY).get("authorization")).isEqualTo("Bearer " + KEY);
        assertThat(socket("anthropic", "", Map.of(), KEY).get("x-api-key")).isEqualTo(KEY);
    }

    @Test
    void withoutAKeyNoAuthorizationIsSent() {
        assertThat(socket("openai", "", Map.of("authorization", "Bearer of-the-client"), null))
                .noneMatch(header -> header.getKey().equalsIgnoreCase("authorization"));
    }

    @Test
    void onlyTheClientsHeadersThatTheCatalogNamesPass() {
        MultiMap headers = socket(
                "anthropic",
                "",
                Map.of(
                        "anthropic-beta",
                        "files-api",
                        "cookie",
                        "a=b",
                        "x-forwarded-for",
                        "10.0.0.1",
                        "x-api-key",
                        "theirs"),
                KEY);

        assertThat(headers.get("anthropic-beta")).isEqualTo("files-api");
        assertThat(headers.names()).doesNotContain("cookie", "x-forwarded-for");
        assertThat(headers.getAll("x-api-key")).containsExactly(KEY);
    }

    @Test
    void aConfiguredHeaderReplacesTheClientsAndIsAddedToAList() {
        MultiMap headers = socket(
                "anthropic",
                ", headers: { anthropic-beta: ours, anthropic-version: ours, x-team: core }",
                Map.of("anthropic-beta", "theirs", "anthropic-version", "theirs"),
                KEY);

        assertThat(headers.getAll("anthropic-version")).containsExactly("ours");
        assertThat(headers.getAll("anthropic-beta")).containsExactly("theirs,ours");
        assertThat(headers.get("x-team")).isEqualTo("core");
    }

    @Test
    void aRequestNamesItsIdAndSluice() {
        MultiMap headers = socket("openai", "", Map.of("user-agent", "curl"), KEY);

        assertThat(headers.get("x-request-id")).isEqualTo("req-1");
        assertThat(headers.getAll("user-agent")).containsExactly("sluice");
    }

    @Test
    void controlRequestsCarryTheKeyAndConfiguredHeaders() {
        assertThat(headers("openai", ", headers: { x-team: core }").control(KEY))
                .containsExactly(
                        "accept",
                        "application/json",
                        "accept-encoding",
                        "identity",
                        "x-team",
                        "core",
                        "authorization",
                        "Bearer " + KEY);
        assertThat(headers("openai", "").control(null))
                .containsExactly("accept", "application/json", "accept-encoding", "identity");
    }

    /** Anthropic rejects requests without a version header, also for its model list. */
    @Test
    void controlRequestsToAnthropicNameItsVersion() {
        assertThat(headers("anthropic", "").control(KEY)).contains("anthropic-version", "x-api-key", KEY);
    }

    @Test
    void theKeyIsRemovedFromAnErrorWhereverItOccurs() {
        GatewayError error = GatewayError.of(Kind.PROVIDER_AUTH, "key " + KEY + " is bad; rotate " + KEY);

        GatewayError clean = headers("openai", "").withoutSecrets(error, KEY);

        assertThat(clean.message()).isEqualTo("key *** is bad; rotate ***");
        assertThat(clean.kind()).isEqualTo(Kind.PROVIDER_AUTH);
    }

    @Test
    void configuredValuesOfTwelveCharactersAreSecrets() {
        UpstreamHeaders headers = headers("openai", ", headers: { x-secret: twelve-chars, x-word: eleven-char }");
        GatewayError error = GatewayError.of(Kind.UPSTREAM, "twelve-chars eleven-char");

        assertThat(headers.withoutSecrets(error, null).message()).isEqualTo("*** eleven-char");
    }

    @Test
    void anErrorWithoutSecretsIsTheSame() {
        GatewayError error = GatewayError.of(Kind.UPSTREAM, "overloaded");

        assertThat(headers("openai", "").withoutSecrets(error, KEY)).isSameAs(error);
    }

    private static MultiMap socket(String type, String more, Map<String, String> client, String key) {
        MultiMap sent = MultiMap.caseInsensitiveMultiMap().addAll(client);
        SocketCall call = new SocketCall("req-1", "m", sent::get, List.of());
        return headers(type, more).forSocket(call, key);
    }

    private static UpstreamHeaders headers(String type, String more) {
        String yaml = "providers: { up: { type: " + type + ", base_url: \"http://127.0.0.1:9/v1\", api_keys: [{ key: "
                + KEY + " }]" + more + " } }\nstore: { enabled: false }\n";
        LoadedConfig loaded = ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        assertThat(loaded).isInstanceOf(LoadedConfig.Ok.class);
        return new UpstreamHeaders(ProviderSettings.of(
                "up", ((LoadedConfig.Ok) loaded).config().providers().get("up")));
    }
}
