package dev.sluice.http.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.http.RunningListener;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Relay;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which provider gets a request for files or batches, what it gets, and which callers are refused before. */
class ResourceHandlerTest {

    private static final String PROVIDERS = RunningSluice.EPHEMERAL + """
        providers:
          chat: { type: anthropic, base_url: "http://127.0.0.1:9/v1", api_keys: [{ key: sk-1 }] }
          openai: { type: openai, base_url: "http://127.0.0.1:9/v1", api_keys: [{ key: sk-2 }] }
          other: { type: openai, base_url: "http://127.0.0.1:9/v1", api_keys: [{ key: sk-3 }] }
        """;

    /** Generated keys may use all models of provider openai, and none of the others. */
    private static final GeneratedKey KEY = TestKeys.generate("k1");

    private static final GeneratedKey OF_ANOTHER_TEAM =
            new KeyGenerator().generate("k2", "another", List.of("openai/*"), TestKeys.PEPPER);

    private static final Queue<Received> received = new ConcurrentLinkedQueue<>();
    private static RunningListener listener;

    /** A call that a provider has received. */
    private record Received(String provider, ProviderCall call) {}

    @BeforeAll
    static void start() {
        listener = RunningListener.withKeys(PROVIDERS, TestKeys.config(KEY, OF_ANOTHER_TEAM));
        serve(listener);
    }

    @AfterAll
    static void stop() {
        listener.close();
    }

    @AfterEach
    void clear() {
        received.clear();
    }

    @Test
    void theOnlyProviderThatTheCallerMayUseGetsTheRequest() throws IOException {
        assertThat(get("/v1/files", KEY)).startsWith("HTTP/1.1 200");
        assertThat(get("/v1/batches", KEY)).startsWith("HTTP/1.1 200");

        assertThat(received).extracting(Received::provider).containsExactly("openai", "openai");
        assertThat(received)
                .extracting(each -> each.call().request().surface())
                .containsExactly(Surface.FILES, Surface.BATCHES);
    }

    @Test
    void withSeveralProvidersTheRequestNamesOne() throws IOException {
        try (RunningListener open = RunningListener.withKeys(PROVIDERS, TestKeys.open())) {
            serve(open);

            assertThat(open.exchange("GET", "/v1/files"))
                    .startsWith("HTTP/1.1 400")
                    .contains("\"code\":\"provider_required\"", "x-sluice-provider with one of openai, other");
        }
        assertThat(received).isEmpty();
    }

    @Test
    void theDefaultOfTheConfigurationIsUsedWithoutAHeader() throws IOException {
        String yaml = PROVIDERS.replace("server:\n", "server:\n  default_provider: other\n");
        try (RunningListener open = RunningListener.withKeys(yaml, TestKeys.open())) {
            serve(open);

            assertThat(open.exchange("GET", "/v1/files")).startsWith("HTTP/1.1 200");
            assertThat(open.exchange("GET", "/v1/batches", "x-sluice-provider: openai"))
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(received).extracting(Received::provider).containsExactly("other", "openai");
    }

    @Test
    void theHeaderNamesTheProvider() throws IOException {
        RunningListener open = RunningListener.withKeys(PROVIDERS, TestKeys.open());
        try (open) {
            serve(open);

            assertThat(open.exchange("GET", "/v1/files", "x-sluice-provider: other"))
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(received).extracting(Received::provider).containsExactly("other");
    }

    @Test
    void anUnknownProviderIsRefused() throws IOException {
        assertThat(get("/v1/files", KEY, "x-sluice-provider: nowhere"))
                .startsWith("HTTP/1.1 404")
                .contains("x-sluice-provider names no provider", "\"param\":\"x-sluice-provider\"");
        assertThat(received).isEmpty();
    }

    /** The model of a request that is not read is not known. */
    @Test
    void aKeyThatMayNotUseAllModelsOfTheProviderIsRefused() throws IOException {
        assertThat(get("/v1/files", KEY, "x-sluice-provider: other"))
                .startsWith("HTTP/1.1 403")
                .contains("key k1 may not use /v1/files of other", "other/*");
        assertThat(received).isEmpty();
    }

    @Test
    void withoutAProviderThatOffersTheResourceTheRequestIsRefused() throws IOException {
        String yaml = RunningSluice.EPHEMERAL + """
            providers:
              chat: { type: anthropic, base_url: "http://127.0.0.1:9/v1", api_keys: [{ key: sk-1 }] }
            """;
        try (RunningListener chatOnly = RunningListener.withKeys(yaml, TestKeys.open())) {
            assertThat(chatOnly.exchange("GET", "/v1/batches"))
                    .startsWith("HTTP/1.1 400")
                    .contains("no enabled provider offers /v1/batches", "unsupported_by_provider");
        }
    }

    @Test
    void methodPathQueryAndBodyAreRelayedUnchanged() throws IOException {
        String created = listener.post("/v1/batches?x=%20y", "{\"endpoint\": \"/v1/responses\"}", authorization(KEY));

        assertThat(created).startsWith("HTTP/1.1 200");
        ProviderCall call = received.remove().call();
        assertThat(call.model()).isEqualTo("*");
        assertThat(call.request().body().toText()).isEqualTo("{\"endpoint\": \"/v1/responses\"}");
        assertThat(call.request().relay()).isEqualTo(new Relay("POST", "?x=%20y", "application/json", null, false));
    }

    @Test
    void aRequestWithoutBodyHasNoContentType() throws IOException {
        get("/v1/files?limit=2", KEY, "content-type: application/json");

        assertThat(received.remove().call().request().relay())
                .isEqualTo(new Relay("GET", "?limit=2", null, null, false));
    }

    @Test
    void aResourceBelongsToItsCreator() throws IOException {
        assertThat(listener.post("/v1/batches", "{}", authorization(KEY))).contains("\"id\":\"batch-1\"");
        received.clear();

        assertThat(get("/v1/batches/batch-1", OF_ANOTHER_TEAM))
                .startsWith("HTTP/1.1 404")
                .contains("batch_not_found");
        assertThat(received).isEmpty();
        assertThat(get("/v1/batches/batch-1", KEY)).startsWith("HTTP/1.1 200");
    }

    private static void serve(RunningListener listener) {
        for (String provider : List.of("openai", "other")) {
            listener.serve(provider, call -> {
                received.add(new Received(provider, call));
                boolean list = call.request().relay().isRead();
                ByteSlice body = ByteSlice.of(list ? "{\"data\":[]}" : "{\"id\":\"batch-1\"}");
                return Future.succeededFuture(new ProviderReply.Complete(
                        200, "application/json", body, Usage.UNKNOWN, List.of(), null, null));
            });
        }
    }

    private static String get(String path, GeneratedKey key, String... headers) throws IOException {
        String[] all = new String[headers.length + 1];
        all[0] = authorization(key);
        System.arraycopy(headers, 0, all, 1, headers.length);
        return listener.exchange("GET", path, all);
    }

    private static String authorization(GeneratedKey key) {
        return "authorization: Bearer " + key.token().reveal();
    }
}
