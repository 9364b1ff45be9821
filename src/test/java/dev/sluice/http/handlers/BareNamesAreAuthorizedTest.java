package dev.sluice.http.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.bus.ProviderReply;
import dev.sluice.http.RunningListener;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A name without a provider needs the same permission as the name with it. */
class BareNamesAreAuthorizedTest {

    private static final GeneratedKey OF_OPENAI = key("k1", "openai/*");
    private static final GeneratedKey OF_NAMES = key("k2", "gpt-*");
    private static final GeneratedKey OF_BOTH = key("k3", "openai/*", "azure/*");

    private static RunningListener listener;

    @BeforeAll
    static void start() {
        listener =
                RunningListener.withKeys(RunningSluice.EPHEMERAL + """
                    providers:
                      openai: { type: openai, base_url: "http://127.0.0.1:9/v1", api_keys: [{ key: sk-1 }] }
                      azure: { type: azure_openai, base_url: "http://127.0.0.1:9", api_keys: [{ key: sk-2 }], models: [gpt-4o] }
                    models:
                      "gpt-4.1*": { targets: [{ provider: azure, model: gpt-4o }] }
                    """, TestKeys.config(OF_OPENAI, OF_NAMES, OF_BOTH));
        listener.serve(
                "openai",
                call -> Future.succeededFuture(new ProviderReply.Complete(
                        200,
                        "application/json",
                        ByteSlice.of("{\"asked\":\"" + call.model() + "\"}"),
                        Usage.UNKNOWN,
                        List.of(),
                        null,
                        null)));
    }

    @AfterAll
    static void stop() {
        listener.close();
    }

    @Test
    void aKeyOfTheProviderMayLeaveItOut() throws IOException {
        assertThat(ask("gpt-5-codex", OF_OPENAI)).startsWith("HTTP/1.1 200").contains("\"asked\":\"gpt-5-codex\"");
    }

    /** The patterns of keys name routes or {@code provider/model}: {@code gpt-*} permits a route of such a name. */
    @Test
    void aKeyForTheNameAloneMayNotUseTheProvider() throws IOException {
        assertThat(ask("gpt-5-codex", OF_NAMES))
                .startsWith("HTTP/1.1 403")
                .contains("model_not_allowed", "may not use model openai/gpt-5-codex");
    }

    @Test
    void aRouteWithAPatternIsPermittedByTheRequestedName() throws IOException {
        assertThat(ask("gpt-4.1-mini", OF_OPENAI))
                .startsWith("HTTP/1.1 403")
                .contains("may not use model gpt-4.1-mini");
        assertThat(model("gpt-4.1-mini", OF_NAMES)).startsWith("HTTP/1.1 200").contains("\"id\":\"gpt-4.1-mini\"");
    }

    @Test
    void ofSeveralProvidersTheErrorNamesThoseThatTheKeyMayUse() throws IOException {
        assertThat(ask("gpt-4o", OF_BOTH))
                .startsWith("HTTP/1.1 404")
                .contains("model_not_found", "azure/gpt-4o or openai/gpt-4o");
        assertThat(ask("gpt-4o", OF_OPENAI)).startsWith("HTTP/1.1 404").doesNotContain("azure");
    }

    @Test
    void aModelIsFoundByItsBareName() throws IOException {
        assertThat(model("gpt-5-codex", OF_OPENAI)).startsWith("HTTP/1.1 200").contains("\"id\":\"gpt-5-codex\"");
        assertThat(model("gpt-5-codex", OF_NAMES)).startsWith("HTTP/1.1 404");
    }

    private static String ask(String model, GeneratedKey key) throws IOException {
        return listener.post(
                "/v1/chat/completions",
                "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                authorization(key));
    }

    private static String model(String id, GeneratedKey key) throws IOException {
        return listener.exchange("GET", "/v1/models/" + id, authorization(key));
    }

    private static String authorization(GeneratedKey key) {
        return "authorization: Bearer " + key.token().reveal();
    }

    private static GeneratedKey key(String id, String... models) {
        return new KeyGenerator().generate(id, "team", List.of(models), TestKeys.PEPPER);
    }
}
