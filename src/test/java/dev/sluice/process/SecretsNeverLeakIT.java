package dev.sluice.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.binding.Secret;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.process.SluiceProcess.Ended;
import dev.sluice.store.Store;
import dev.sluice.store.StoreRecords;
import dev.sluice.store.StoredKey;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Words that occur nowhere else go in as secrets and prompts, through success, every failure, cancel and bad edits, at
 * log level debug; they may appear only in responses to the caller that sent them.
 */
class SecretsNeverLeakIT {

    private static final String PROVIDER_KEY = "canary+provider/7391";
    private static final String PEPPER = "canary-pepper-5512";
    private static final String HEADER_SECRET = "canary-header-6604";
    private static final String PROMPT = "canary-prompt-8842";
    private static final String REDACTED = "canary-redacted-1177";
    private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnktand0LTMzMTkifQ.Y2FuYXJ5LXNpZ25hdHVyZQ";
    private static final List<String> MODELS = List.of(
            "up/echo",
            "clean",
            "up/fault-status-400",
            "up/fault-status-401",
            "up/fault-status-403",
            "up/fault-status-404",
            "up/fault-status-429",
            "up/fault-status-500",
            "up/fault-status-503",
            "up/fault-context-length",
            "up/fault-content-filter",
            "up/fault-html",
            "up/fault-error-200",
            "up/fault-reset",
            "up/fault-garbage-status",
            "up/fault-reset-after-headers",
            "up/lorem-9_fault-cut@4",
            "up/lorem-9_fault-malformed@4",
            "up/lorem-9_fault-error-event@4",
            "up/lorem-9_fault-wrong-content-type",
            "mirror/400",
            "mirror/401",
            "mirror/403",
            "mirror/404",
            "mirror/422",
            "mirror/429",
            "mirror/500",
            "mirror/503",
            "mirror/200",
            "unknown/model",
            "bad name " + PROMPT);

    @RegisterExtension
    static final RunningSimulator upstream = RunningSimulator.steerable();

    private final KeyGenerator.GeneratedKey key =
            new KeyGenerator().generate("canary", null, List.of(), new Secret(PEPPER));
    private final KeyGenerator.GeneratedKey stored =
            new KeyGenerator().generate("kept", null, List.of(), new Secret(PEPPER));
    private final Map<String, String> environment =
            Map.of("PROVIDER_KEY", PROVIDER_KEY, "SLUICE_PEPPER", PEPPER, "HEADER_SECRET", HEADER_SECRET);

    private HttpServer mirror;

    @TempDir
    Path folder;

    @BeforeEach
    void startMirror() throws IOException {
        mirror = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        mirror.createContext("/", SecretsNeverLeakIT::mirror);
        mirror.start();
    }

    @AfterEach
    void stopMirror() {
        mirror.stop(0);
    }

    @Test
    void noSecretAndNoPromptComesOut() throws Exception {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), config(""));
        StringBuilder responses = new StringBuilder();
        StringBuilder views = new StringBuilder();
        keep(file);
        try (SluiceProcess sluice = SluiceProcess.serve(environment, file)) {
            responses.append(redacted(sluice));
            // Given every way a request can go
            for (String model : MODELS) {
                for (boolean stream : new boolean[] {false, true}) {
                    responses.append(ask(sluice, model, stream));
                }
            }
            wrongKeys(sluice, responses);
            wrongTokens(sluice, responses);
            malformed(sluice, responses);
            cancelled(sluice);
            // and bad edits, one of which has the secrets in the wrong places
            Set<String> refusals = new HashSet<>();
            for (String edit : new String[] {
                "bad yaml: [" + PROVIDER_KEY, "pepper: " + PEPPER, config("  unknown: \"${PROVIDER_KEY}\"\n")
            }) {
                Files.writeString(file, edit);
                await().until(() -> {
                    String state = post(sluice.adminUrl() + "/admin/v1/config/reload");
                    views.append(state);
                    JsonObject refusal = new JsonObject(state).getJsonObject("last_refusal");
                    return refusal != null
                            && refusals.add(refusal.getJsonArray("problems").encode());
                });
                views.append(get(sluice.adminUrl() + "/readyz?verbose")).append(get(sluice.url() + "/readyz?verbose"));
            }
            for (String view : List.of(
                    "/",
                    "/metrics",
                    "/admin/v1/config",
                    "/admin/v1/config?effective",
                    "/admin/v1/providers",
                    "/admin/v1/routes")) {
                views.append(get(sluice.adminUrl() + view));
            }
            Files.writeString(file, config(""));
            await().until(() -> sluice.accessLines().size() > 2 * MODELS.size());
            sluice.terminate();
            Ended ended = sluice.end();
            nothingIsKept();

            // Then
            Ended config = SluiceProcess.run(environment, "config", "--config", file.toString());
            Ended check = SluiceProcess.run(environment, "check", "--config", file.toString());
            Ended explain =
                    SluiceProcess.run(environment, "explain", "--model", "up/echo", "--config", file.toString());
            String outputs = ended.out() + ended.err() + views + config + check + explain;
            assertThat(outputs).contains("\"request_id\"", "sluice_requests_total", "max_connections");
            assertThat(outputs).contains("\"sanitized\":\"canary:1\"");
            for (String secret : List.of(
                    PROVIDER_KEY, PEPPER, HEADER_SECRET, PROMPT, REDACTED, JWT, secretOf(key), secretOf(stored))) {
                assertThat(outputs.lines().filter(line -> line.contains(secret)))
                        .as(secret)
                        .isEmpty();
            }
            for (String secret :
                    List.of(PROVIDER_KEY, PEPPER, HEADER_SECRET, REDACTED, JWT, secretOf(key), secretOf(stored))) {
                assertThat(responses.toString().lines().filter(line -> line.contains(secret)))
                        .as(secret)
                        .isEmpty();
            }
        }
    }

    /** Puts a key into the store, as an administrator does. */
    private void keep(Path file) {
        LoadedConfig.Ok loaded = (LoadedConfig.Ok) ConfigLoader.load(file, environment::get);
        Vertx vertx = Vertx.vertx();
        Store store = RunningSluice.await(Store.open(vertx, loaded.config().store(), StoreRecords.ANY_MODEL));
        RunningSluice.await(store.keys()
                .insert(new StoredKey(
                        "kept",
                        null,
                        stored.stanza().hash(),
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        Role.NONE,
                        Limits.NONE,
                        null,
                        Map.of(),
                        Instant.now(),
                        null,
                        null,
                        null,
                        "test")));
        RunningSluice.await(store.close());
        RunningSluice.await(vertx.close());
    }

    /** What is taken out of prompts goes nowhere; the stored key asks. */
    private String redacted(SluiceProcess sluice) {
        HttpResponse<String> response = sluice.chat()
                .chat(
                        ChatClient.request("clean", PROMPT + " and " + REDACTED + " and more"),
                        "authorization",
                        "Bearer " + stored.token().reveal());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(upstream.log().requests().getLast().body().toString()).doesNotContain(REDACTED);
        return response.headers().map() + response.body() + "\n";
    }

    /** Neither the store nor the journal holds what only its owner may know. */
    private void nothingIsKept() throws IOException {
        List<String> secrets =
                List.of(PROVIDER_KEY, PEPPER, HEADER_SECRET, PROMPT, REDACTED, JWT, secretOf(key), secretOf(stored));
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            List<Path> kept = files.filter(Files::isRegularFile).toList();
            assertThat(kept).isNotEmpty();
            for (Path each : kept) {
                assertThat(Files.readString(each, ISO_8859_1))
                        .as(each.toString())
                        .doesNotContain(secrets.toArray(String[]::new));
            }
        }
    }

    private String config(String more) {
        return """
            server: { port: 0, admin: { port: 0 }, drain: 2s }
            store: { url: "sqlite:%s" }
            models:
              clean:
                sanitize: { patterns: { canary: "canary-redacted-[0-9]+" }, where: both }
                targets: [{ provider: up, model: echo }]
            log: { level: debug }
            providers:
              up:
                type: openai_compatible
                base_url: %s
                breaker: { min_calls: 100000 }
                api_keys: [{ key: "${PROVIDER_KEY}" }, { key: "${PROVIDER_KEY}-2" }]
                headers: { x-secret-token: "${HEADER_SECRET}" }
              mirror:
                type: openai_compatible
                base_url: http://127.0.0.1:%d/v1
                breaker: { min_calls: 100000 }
                api_keys: [{ key: "${PROVIDER_KEY}" }]
                headers: { x-secret-token: "${HEADER_SECRET}" }
            auth:
              pepper: "${SLUICE_PEPPER}"
              keys: [{ id: canary, hash: "%s", limits: { rpm: 100000 }, budget: { usd: 1000 } }]
            """.formatted(
                                folder.resolve("data").resolve("sluice.db"),
                                upstream.baseUrl(),
                                mirror.getAddress().getPort(),
                                key.stanza().hash())
                + more;
    }

    private String ask(SluiceProcess sluice, String model, boolean stream) {
        String body = ChatClient.request(model, PROMPT).put("stream", stream).encode();
        HttpResponse<String> response = sluice.chat()
                .post(
                        "/chat/completions",
                        body,
                        "authorization",
                        "Bearer " + key.token().reveal());
        return response.headers().map() + response.body() + "\n";
    }

    private void wrongKeys(SluiceProcess sluice, StringBuilder responses) {
        String wrong = key.token().reveal().replaceFirst(".$", "x");
        for (String header : List.of("authorization", "x-api-key", "api-key")) {
            String value = header.equals("authorization") ? "Bearer " + wrong : wrong;
            HttpResponse<String> refused = sluice.chat().chat(ChatClient.request("up/echo", PROMPT), header, value);
            responses.append(refused.headers().map()).append(refused.body()).append('\n');
        }
    }

    private static void wrongTokens(SluiceProcess sluice, StringBuilder responses) {
        for (String header : List.of("authorization", "x-api-key")) {
            HttpResponse<String> refused = sluice.chat()
                    .chat(
                            ChatClient.request("up/echo", PROMPT),
                            header,
                            header.startsWith("a") ? "Bearer " + JWT : JWT);
            assertThat(refused.statusCode()).isIn(401, 503);
            responses.append(refused.headers().map()).append(refused.body()).append('\n');
        }
    }

    private void malformed(SluiceProcess sluice, StringBuilder responses) throws IOException {
        String auth = "authorization: Bearer " + key.token().reveal();
        for (String bad :
                List.of("{\"" + PROMPT, "{\"" + PROMPT + "\":1,\"" + PROMPT + "\":2}", "\"" + PROMPT + "\"")) {
            try (RawClient client = RawClient.connect(sluice.port())) {
                responses
                        .append(client.post("/v1/chat/completions", bad, auth).readResponse(10_000))
                        .append('\n');
            }
        }
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send("GET /v1/" + PROMPT + "/../x HTTP/1.1\r\nhost: localhost\r\n" + auth + "\r\nbad header "
                    + PROVIDER_KEY + "\r\n\r\n");
            client.read(5_000);
        }
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send("GET /v1/" + PROMPT + "?key=" + key.token().reveal() + " HTTP/1.1\r\nhost: localhost\r\n" + auth
                    + "\r\n\r\n");
            client.readResponse(5_000);
        }
    }

    private void cancelled(SluiceProcess sluice) throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.post(
                    "/v1/chat/completions",
                    ChatClient.request("up/lorem-900_gap-50ms", PROMPT)
                            .put("stream", true)
                            .encode(),
                    "authorization: Bearer " + key.token().reveal());
            client.read(10_000, "\n\n\r\n");
        }
    }

    /** A provider that says back, in its refusal, everything it was told. */
    private static void mirror(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        int status = Integer.parseInt(new JsonObject(body).getString("model"));
        String told = exchange.getRequestHeaders().getFirst("authorization") + " "
                + exchange.getRequestHeaders().getFirst("x-secret-token") + " " + body;
        byte[] response = new JsonObject()
                .put("error", new JsonObject().put("message", told))
                .encode()
                .getBytes(UTF_8);
        exchange.getResponseHeaders().add("content-type", "application/json");
        exchange.sendResponseHeaders(status, response.length);
        exchange.getResponseBody().write(response);
        exchange.close();
    }

    private static String secretOf(KeyGenerator.GeneratedKey key) {
        String token = key.token().reveal();
        return token.substring(token.lastIndexOf('-') + 1);
    }

    private static String get(String url) {
        return new ChatClient("").get(url).body();
    }

    private static String post(String url) {
        return new ChatClient("").post(url, "").body();
    }
}
