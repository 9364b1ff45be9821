package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.AdminAccess;
import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.auth.TestIssuer;
import dev.sluice.auth.jwt.JwksCache;
import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.KeyService;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.MetricsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigCheck;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.Limits;
import dev.sluice.model.ProviderSwitches;
import dev.sluice.model.Readiness;
import dev.sluice.model.Role;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.store.StoredKey;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Roles × routes, from the router itself: each of its routes is in the document with the role that it requires, the
 * document has no other route, and the routes without a role are a short list, open on purpose.
 */
@ExtendWith(VertxExtension.class)
class AdminRoutesTest {

    private static final Set<String> OPEN =
            Set.of("/", "/metrics", "/livez", "/readyz", "/health/liveliness", "/health/readiness");
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

    private final KeyGenerator mint = new KeyGenerator();
    private final Map<String, StoredKey> stored = new HashMap<>();
    /** The callers and their tokens. Each name ends in the caller's role. */
    private final Map<String, String> tokens = new TreeMap<>();

    private SluiceConfig config;
    private Router router;
    private WebClient client;
    private int port;

    @BeforeEach
    void serve(Vertx vertx) throws Exception {
        TestIssuer issuer = new TestIssuer(vertx);
        config = config(issuer);
        for (Role role : Role.values()) {
            tokens.put("key " + role, key("key_" + role.name().toLowerCase(Locale.ROOT), role, null));
            tokens.put("token " + role, token(issuer, role));
        }
        KeyRing ring =
                new KeyRing(() -> config, () -> new StoredKeys(stored, Instant.now(), true), System::currentTimeMillis);
        JwksCache jwksCache = new JwksCache(vertx, () -> config, System::nanoTime);
        RunningSluice.await(jwksCache.start());
        AdminAccess access = new AdminAccess(
                new GatewayAuthentication(ring, new JwtProvider(() -> config, jwksCache, System::currentTimeMillis)));
        router = new AdminRoutes(
                        vertx,
                        sources(access),
                        new AdminBodies(vertx, () -> config.server().timeouts()))
                .router();
        port = RunningSluice.await(
                        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();
        client = WebClient.create(vertx);
    }

    @Test
    void theRouterAndTheDocumentHaveTheSameRoutes() {
        Map<String, Role> document = declared();

        assertThat(routes().collect(Collectors.toSet())).isEqualTo(document.keySet());
        document.forEach((route, role) -> assertThat(role == Role.NONE)
                .as(route)
                .isEqualTo(OPEN.contains(route.substring(route.indexOf(' ') + 1))));
    }

    @Test
    void eachRouteRequiresItsRole() {
        for (Map.Entry<String, Role> each : declared().entrySet()) {
            for (Map.Entry<String, String> who : tokens.entrySet()) {
                Role has = Role.valueOf(who.getKey().substring(who.getKey().indexOf(' ') + 1));
                HttpResponse<Buffer> response = send(each.getKey(), who.getValue(), null, null);
                if (has.includes(each.getValue())) {
                    assertThat(response.statusCode())
                            .as("%s by %s", each.getKey(), who.getKey())
                            .isNotIn(401, 421, 500);
                    // Other refusals than for the role are expected: a key that a token creates must not outlive the
                    // token.
                    assertThat(response.bodyAsString())
                            .as("%s by %s", each.getKey(), who.getKey())
                            .doesNotContain("role_required\"");
                } else {
                    assertThat(response.statusCode())
                            .as("%s by %s", each.getKey(), who.getKey())
                            .isEqualTo(403);
                    assertThat(code(response)).isEqualTo("role_required");
                }
            }
        }
    }

    @Test
    void missingRevokedAndExpiredKeysAreRefused() {
        String revoked = key("was_admin", Role.ADMIN, Instant.now());
        String other = mint.generate("key_admin", null, List.of(), config.auth().pepper())
                .token()
                .reveal();
        declared().forEach((route, role) -> {
            if (role != Role.NONE) {
                assertThat(send(route, null, null, null).statusCode()).as(route).isEqualTo(401);
                assertThat(code(send(route, revoked, null, null))).as(route).isEqualTo("key_revoked");
                assertThat(code(send(route, other, null, null))).as(route).isEqualTo("invalid_api_key");
            }
        });
    }

    @Test
    void foreignHostsAndOriginsAreRefusedForEveryRole() {
        String admin = tokens.get("key ADMIN");
        declared().keySet().forEach(route -> {
            assertThat(send(route, admin, "evil.example", null).statusCode())
                    .as(route)
                    .isEqualTo(421);
            assertThat(send(route, admin, null, "https://evil.example").statusCode())
                    .as(route)
                    .isEqualTo(403);
        });
    }

    @Test
    void onlyRefusalsOfKnownCallersAreAudited() {
        try (CapturedLog log = CapturedLog.open()) {
            send("POST /admin/v1/keys", tokens.get("key VIEWER"), null, null);
            send("POST /admin/v1/providers/{name}/drain", null, null, null);
            send("GET /admin/v1/keys", tokens.get("key NONE"), null, null);

            assertThat(log.lines().stream().filter(line -> line.contains("audit: ")))
                    .containsExactly("INFO audit: key.create by key_viewer on : 403 role_required");
        }
    }

    /** Each as "GET /admin/v1/keys/{id}". */
    private Stream<String> routes() {
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null)
                .flatMap(AdminRoutesTest::named);
    }

    private static Stream<String> named(Route route) {
        String path = route.getPath().replaceAll(":(\\w+)", "{$1}");
        assertThat(route.methods()).as(path).isNotEmpty();
        return route.methods().stream()
                .filter(method -> !method.equals(HttpMethod.HEAD))
                .map(method -> method + " " + path);
    }

    private Map<String, Role> declared() {
        JsonObject paths = send("GET /admin/openapi.json", tokens.get("key VIEWER"), null, null)
                .bodyAsJsonObject()
                .getJsonObject("paths");
        Map<String, Role> declared = new TreeMap<>();
        paths.forEach(path -> ((JsonObject) path.getValue()).forEach(operation -> {
            String role = ((JsonObject) operation.getValue()).getString("x-sluice-role", "none");
            declared.put(
                    operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                    Role.valueOf(role.toUpperCase(Locale.ROOT)));
        }));
        return declared;
    }

    private HttpResponse<Buffer> send(String route, String token, String host, String origin) {
        String[] parts = route.split(" ", 2);
        HttpRequest<Buffer> request =
                client.request(HttpMethod.valueOf(parts[0]), port, "127.0.0.1", parts[1].replaceAll("\\{\\w+}", "x"));
        Map<String, String> headers = new HashMap<>();
        headers.put("authorization", token == null ? null : "Bearer " + token);
        headers.put("host", host);
        headers.put("origin", origin);
        headers.forEach((name, value) -> {
            if (value != null) {
                request.putHeader(name, value);
            }
        });
        return RunningSluice.await(request.send());
    }

    private static String code(HttpResponse<Buffer> response) {
        return response.bodyAsJsonObject().getJsonObject("error").getString("code");
    }

    private String key(String id, Role role, Instant revoked) {
        GeneratedKey minted = mint.generate(id, null, List.of(), config.auth().pepper());
        stored.put(
                id,
                new StoredKey(
                        id,
                        null,
                        minted.stanza().hash(),
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        role,
                        Limits.NONE,
                        null,
                        Map.of(),
                        Instant.EPOCH,
                        null,
                        revoked,
                        null,
                        "test"));
        return minted.token().reveal();
    }

    private static String token(TestIssuer issuer, Role role) {
        return TestIssuer.rs256(issuer.claims(Instant.now().getEpochSecond())
                .put("sub", role.name())
                .put("roles", new JsonArray().add(role.name().toLowerCase(Locale.ROOT))));
    }

    private static SluiceConfig config(TestIssuer issuer) {
        LoadedConfig loaded = ConfigLoader.parse(
                """
                auth:
                  pepper: of-the-tests
                  jwt: { issuer: "%s", audience: "%s", jwks: "%s/keys", algorithms: [RS256], claims: { role: roles } }
                providers: { sluice: { type: simulator, models: [echo] } }
                """.formatted(issuer.url(), TestIssuer.AUDIENCE, issuer.url()),
                "test.yaml",
                name -> null,
                Path.of("."));
        return ((LoadedConfig.Ok) loaded).config();
    }

    private AdminSources sources(AdminAccess access) {
        ConfigStatus status = new ConfigStatus("abc123", Instant.EPOCH, null, List.of());
        return new AdminSources(
                new AdminSources.Configs(
                        () -> status,
                        List::of,
                        () -> "",
                        () -> Future.succeededFuture(status),
                        text -> Future.succeededFuture(ConfigCheck.refused(List.of()))),
                new AdminSources.Providers(List::of, name -> null, NO_PROVIDERS),
                new AdminSources.Routes(Map::of, name -> null),
                new TenantSources(
                        () -> config,
                        null,
                        new Quota(QuotaClock.system(), alert -> {}),
                        new KeyService(() -> config, InstantSource.system()),
                        () -> ""),
                access,
                () -> new Readiness(true, List.of()),
                Metrics.create(new MetricsConfig(true)));
    }
}
