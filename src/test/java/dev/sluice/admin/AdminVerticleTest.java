package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.config.ConfigHistoryEntry;
import dev.sluice.config.ConfigSamples;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.MetricsConfig;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.ServerConfig.AdminConfig;
import dev.sluice.config.loading.ConfigCheck;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.BreakerStatus;
import dev.sluice.model.ProviderStatus;
import dev.sluice.model.ProviderSwitches;
import dev.sluice.model.Readiness;
import dev.sluice.observe.Metrics;
import dev.sluice.testkit.RawClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminVerticleTest {

    private static final ConfigStatus GOOD = new ConfigStatus("abc123", Instant.EPOCH, null, List.of("server.port"));
    private static final ConfigStatus REFUSED = new ConfigStatus(
            "abc123",
            Instant.EPOCH,
            new ConfigStatus.Refusal(Instant.EPOCH.plusSeconds(1), List.of("conf/sluice.yaml:12:7: models.fast: …")),
            List.of());
    private static final RouteConfig FAST = ConfigSamples.route(
            RouteConfig.Strategy.WEIGHTED,
            List.of(new RouteConfig.TargetConfig("openai", "gpt-4o-mini", 3)),
            List.of("smart"));

    private static final BreakerStatus BREAKER = new BreakerStatus(
            null,
            BreakerStatus.State.OPEN,
            "6 of 10 failed",
            false,
            1500,
            List.of(new BreakerStatus.StateChange(Instant.EPOCH, BreakerStatus.State.OPEN, "6 of 10 failed")));
    private static final ProviderSwitches NO_PROVIDERS = new ProviderSwitches() {
        @Override
        public boolean force(String provider, BreakerForce force, String reason) {
            return false;
        }

        @Override
        public boolean drain(String provider, String reason) {
            return false;
        }
    };

    private final AtomicReference<ConfigStatus> config = new AtomicReference<>(GOOD);
    private final AtomicReference<Readiness> readiness =
            new AtomicReference<>(new Readiness(true, List.of(Readiness.ok("listening"))));
    private final AtomicInteger reloads = new AtomicInteger();
    private final Metrics metrics = Metrics.create(new MetricsConfig(true));
    private Vertx vertx;
    private WebClient client;
    private int port;

    @BeforeEach
    void serve() throws Exception {
        vertx = metrics.configure(Vertx.builder(), new VertxOptions()).build();
        metrics.labels(Set.of("fast"), Set.of("openai"));
        port = deploy(metrics);
        client = WebClient.create(vertx);
    }

    @AfterEach
    void close() throws Exception {
        result(vertx.close());
    }

    @Test
    void onlyContentLengthFramesABody() throws IOException {
        String next = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (RawClient raw = RawClient.connect(port)) {
            raw.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Xength: " + next.length() + "\r\n\r\n" + next);

            RawClient.Received received = raw.read(2_000);
            assertThat(received.count("HTTP/1.1 200")).as(received.text()).isEqualTo(2);
        }
    }

    @Test
    void livenessNeedsNoKey() throws Exception {
        readiness.set(new Readiness(false, List.of(Readiness.failing("draining"))));

        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/health/liveliness").statusCode()).isEqualTo(200);
    }

    @Test
    void readinessFollowsItsSource() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz?verbose").bodyAsString()).isEqualTo("[+] listening ok\nready\n");

        readiness.set(new Readiness(
                false, List.of(Readiness.warning("config: edit refused at 12:00:01"), Readiness.failing("draining"))));

        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/health/readiness").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").bodyAsString()).isEqualTo("not ready\n");
        assertThat(get("/readyz?verbose").bodyAsString())
                .isEqualTo("[!] config: edit refused at 12:00:01\n[-] draining\nnot ready\n");
    }

    @Test
    void aScrapeHasMetersOfSluiceTheJvmAndVertx() throws Exception {
        HttpResponse<Buffer> response = get("/metrics");

        assertThat(response.getHeader("content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.bodyAsString())
                .contains(
                        "sluice_in_flight",
                        "sluice_breaker_state{provider=\"openai\"}",
                        "jvm_memory_used_bytes",
                        "vertx_pool_")
                .doesNotContain("vertx_http_server", "vertx_http_client", "vertx_eventbus", "vertx_net_");
    }

    @Test
    void openMetricsIsServedOnRequest() throws Exception {
        HttpResponse<Buffer> response = result(client.get(port, "127.0.0.1", "/metrics")
                .putHeader("accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1")
                .send());

        assertThat(response.getHeader("content-type")).startsWith("application/openmetrics-text");
        assertThat(response.bodyAsString()).endsWith("# EOF\n");
    }

    @Test
    void disabledMetricsAre404() throws Exception {
        port = deploy(Metrics.off());

        assertThat(get("/metrics").statusCode()).isEqualTo(404);
        assertThat(error(get("/metrics")).getString("message"))
                .isEqualTo("Metrics are disabled (metrics.enabled: false).");
    }

    @Test
    void eventLoopLagIsMeasured() throws Exception {
        vertx.runOnContext(ignored -> metrics.watchLag(vertx));

        await().untilAsserted(() -> assertThat(get("/metrics").bodyAsString())
                .containsPattern("sluice_event_loop_lag_seconds_count [1-9]"));
    }

    @Test
    void configHasRevisionAndRefusal() throws Exception {
        assertThat(get("/admin/v1/config").bodyAsJsonObject())
                .isEqualTo(new JsonObject()
                        .put("revision", "abc123")
                        .put("loaded_at", "1970-01-01T00:00:00Z")
                        .putNull("last_refusal")
                        .put("restart_required", new JsonArray().add("server.port")));

        config.set(REFUSED);

        assertThat(get("/admin/v1/config").bodyAsJsonObject().getJsonObject("last_refusal"))
                .isEqualTo(new JsonObject()
                        .put("at", "1970-01-01T00:00:01Z")
                        .put("problems", new JsonArray().add("conf/sluice.yaml:12:7: models.fast: …")));
        assertThat(get("/admin/v1/config?effective").bodyAsString()).isEqualTo("server: {}\n");
    }

    @Test
    void providersAndRoutesAreListed() throws Exception {
        assertThat(get("/admin/v1/providers")
                        .bodyAsJsonObject()
                        .getJsonArray("providers")
                        .getJsonObject(0))
                .isEqualTo(new JsonObject("""
                    {"name":"openai","type":"openai","breaker":"open","breaker_reason":"6 of 10 failed","in_flight":3,
                     "keys":2,"cooling_keys":1,"resting_keys":1,
                     "cooldowns":[{"key":2,"model":null,"code":"provider_auth_failed","detail":"Unauthorized",
                       "retry_after_ms":59000}],"draining":false,"concurrency_limit":8,"waiting":2,
                     "drained":"by an operator: repairs",
                     "breakers":[{"model":null,"state":"open","reason":"6 of 10 failed","held":false,
                       "retry_after_ms":1500,"history":[{"at":"1970-01-01T00:00:00Z","state":"open",
                       "reason":"6 of 10 failed"}]}]}\
                    """));
        assertThat(get("/admin/v1/routes")
                        .bodyAsJsonObject()
                        .getJsonArray("routes")
                        .getJsonObject(0))
                .isEqualTo(new JsonObject("""
                    {"name":"fast","strategy":"weighted","fallbacks":["smart"],
                     "targets":[{"provider":"openai","model":"gpt-4o-mini","weight":3}]}\
                    """));
    }

    @Test
    void aReloadIsAPost() throws Exception {
        HttpResponse<Buffer> response = send(HttpMethod.POST, "/admin/v1/config/reload", null, null);

        assertThat(response.bodyAsJsonObject().getString("revision")).isEqualTo("abc123");
        assertThat(reloads).hasValue(1);
        assertThat(get("/admin/v1/config/reload").statusCode()).isEqualTo(405);
        assertThat(reloads).hasValue(1);
    }

    @Test
    void unknownPathsAreErrorsInJson() throws Exception {
        assertThat(get("/").bodyAsString()).contains("/readyz", "/metrics");
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(error(get("/nothing")).getString("code")).isEqualTo("not_found");
        for (HttpMethod method : List.of(HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.TRACE, HttpMethod.POST)) {
            assertThat(send(method, "/admin/v1/config", null, null).statusCode())
                    .as("%s", method)
                    .isEqualTo(405);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8081",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "0.0.0.0",
                "192.168.1.10",
                "127.evil",
                "[::2]"
            })
    void aReboundHostNameIsRefused(String host) throws Exception {
        for (String path : List.of("/", "/livez", "/metrics", "/admin/v1/config?effective", "/nothing")) {
            assertThat(send(HttpMethod.GET, path, host, null).statusCode())
                    .as(path)
                    .isEqualTo(421);
        }
        assertThat(send(HttpMethod.POST, "/admin/v1/config/reload", host, null).statusCode())
                .isEqualTo(421);
        assertThat(reloads).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:9", "127.0.0.1", "127.0.0.2:80", "[::1]", "[::1]:8081"})
    void aLoopbackHostNameIsServed(String host) throws Exception {
        assertThat(send(HttpMethod.GET, "/admin/v1/config", host, null).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "http://127.0.0.1.evil.example",
                "::",
                "http://localhost@evil.example"
            })
    void anotherOriginIsRefused(String origin) throws Exception {
        assertThat(send(HttpMethod.POST, "/admin/v1/config/reload", null, origin)
                        .statusCode())
                .isEqualTo(403);
        assertThat(reloads).hasValue(0);
        assertThat(send(HttpMethod.POST, "/admin/v1/config/reload", null, "http://127.0.0.1:" + port)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aProviderIsCheckedByItsHealthCheck() throws Exception {
        JsonObject found = send(HttpMethod.POST, "/admin/v1/providers/openai/check", null, null)
                .bodyAsJsonObject();

        assertThat(found.getBoolean("healthy")).isFalse();
        assertThat(found.getInteger("status")).isEqualTo(401);
        assertThat(send(HttpMethod.POST, "/admin/v1/providers/nobody/check", null, null)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aConfigIsCheckedWithoutBeingApplied() throws Exception {
        var request = client.post(port, "127.0.0.1", "/admin/v1/config/check");

        HttpResponse<Buffer> response =
                result(request.putHeader("content-type", "application/yaml").sendBuffer(Buffer.buffer("server: 1")));
        assertThat(response.bodyAsJsonObject().getJsonArray("problems").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"line\":1,\"column\":2,\"path\":\"a\",\"message\":\"server: 1\"}"));
        assertThat(response.bodyAsJsonObject().getBoolean("valid")).isFalse();
        assertThat(get("/admin/v1/config/history").bodyAsJsonObject().getJsonArray("history"))
                .hasSize(2);
        assertThat(reloads).hasValue(0);
    }

    @Test
    void withoutAStoreKeysCannotBeCreated() throws Exception {
        HttpResponse<Buffer> response = result(
                client.post(port, "127.0.0.1", "/admin/v1/keys").sendJsonObject(new JsonObject().put("name", "mine")));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(error(response).getString("code")).isEqualTo("no_store");
        assertThat(get("/admin/v1/keys").bodyAsJsonObject().getJsonArray("keys"))
                .isEmpty();
    }

    private int deploy(Metrics served) throws Exception {
        AdminVerticle admin = new AdminVerticle(
                new AdminConfig("127.0.0.1", 0),
                new AdminSources(
                        new AdminSources.Configs(
                                config::get,
                                () -> List.of(
                                        new ConfigHistoryEntry(Instant.EPOCH, "abc123", false, List.of("1:1: no")),
                                        new ConfigHistoryEntry(Instant.EPOCH, "abc123", true, List.of())),
                                () -> "server: {}\n",
                                () -> {
                                    reloads.incrementAndGet();
                                    return Future.succeededFuture(config.get());
                                },
                                text -> Future.succeededFuture(
                                        ConfigCheck.refused(List.of(new ConfigProblem("proposed", 1, 2, "a", text))))),
                        new AdminSources.Providers(
                                () -> List.of(new ProviderStatus(
                                        "openai",
                                        "openai",
                                        "open",
                                        "6 of 10 failed",
                                        3,
                                        2,
                                        1,
                                        List.of(new ProviderStatus.Cooldown(
                                                2, null, "provider_auth_failed", "Unauthorized", 59_000)),
                                        false,
                                        8,
                                        2,
                                        "by an operator: repairs",
                                        List.of(BREAKER))),
                                name -> name.equals("openai")
                                        ? Future.succeededFuture(
                                                new HealthCheckQuery.Result(false, 401, 12, "rejected the API key"))
                                        : null,
                                NO_PROVIDERS),
                        new AdminSources.Routes(() -> Map.of("fast", FAST), name -> null),
                        GatewayWithoutKeys.SOURCES,
                        GatewayWithoutKeys.openAccess(),
                        readiness::get,
                        served),
                ConfigSamples::clientTimeouts);
        result(vertx.deployVerticle(admin));
        return admin.port();
    }

    private HttpResponse<Buffer> get(String path) throws Exception {
        return send(HttpMethod.GET, path, null, null);
    }

    private HttpResponse<Buffer> send(HttpMethod method, String path, String host, String origin) throws Exception {
        var request = client.request(method, port, "127.0.0.1", path);
        if (host != null) {
            request.putHeader("host", host);
        }
        if (origin != null) {
            request.putHeader("origin", origin);
        }
        return result(request.send());
    }

    private static JsonObject error(HttpResponse<Buffer> response) {
        return response.bodyAsJsonObject().getJsonObject("error");
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
