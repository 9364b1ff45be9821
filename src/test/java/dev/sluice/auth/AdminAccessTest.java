package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.ConfigSamples;
import dev.sluice.config.LimitsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Role;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class AdminAccessTest {

    private final GeneratedKey key = TestKeys.generate("who");
    private final GeneratedKey other = TestKeys.generate("other");
    private final AtomicReference<SluiceConfig> config =
            new AtomicReference<>(TestKeys.sluiceConfig(TestKeys.config(other)));
    private final AtomicReference<StoredKeys> stored = new AtomicReference<>(StoredKeys.UNKNOWN);
    private WebClient client;
    private int port;

    @BeforeEach
    void serve(Vertx vertx) {
        KeyRing ring = new KeyRing(config::get, stored::get, System::currentTimeMillis);
        AdminAccess access = new AdminAccess(
                new GatewayAuthentication(ring, new JwtProvider(config::get, null, System::currentTimeMillis)));
        Router router = Router.router(vertx);
        for (Role role : List.of(Role.VIEWER, Role.OPERATOR, Role.ADMIN)) {
            router.get("/" + word(role))
                    .handler(access.require(role))
                    .handler(context ->
                            context.end(AdminAccess.caller(context).principal().id()));
        }
        router.route()
                .failureHandler(context -> context.response()
                        .setStatusCode(context.statusCode())
                        .end(((GatewayException) context.failure()).error().code()));
        port = RunningSluice.await(
                        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();
        client = WebClient.create(vertx);
    }

    @Test
    void rolesIncludeTheLowerOnes() {
        for (Role has : Role.values()) {
            stored.set(StoredKeyBuilder.loaded(Instant.now(), with(has), administrator()));
            for (Role needed : List.of(Role.VIEWER, Role.OPERATOR, Role.ADMIN)) {
                HttpResponse<Buffer> response = get(needed, key.token().reveal());
                assertThat(response.statusCode())
                        .as("%s for %s", has, needed)
                        .isEqualTo(has.includes(needed) ? 200 : 403);
                assertThat(response.bodyAsString()).isEqualTo(has.includes(needed) ? "who" : "role_required");
            }
        }
    }

    @Test
    void missingAndWrongKeysAre401() {
        stored.set(StoredKeyBuilder.loaded(Instant.now(), administrator()));

        assertThat(get(Role.VIEWER, null).statusCode()).isEqualTo(401);
        assertThat(get(Role.VIEWER, key.token().reveal()).statusCode()).isEqualTo(401);
        assertThat(get(Role.VIEWER, other.token().reveal()).statusCode()).isEqualTo(403);
    }

    @Test
    void accessIsLocalWithAWarningWhileNoKeyHasARole() {
        stored.set(StoredKeyBuilder.loaded(Instant.now(), with(Role.NONE)));
        try (CapturedLog log = CapturedLog.open()) {
            assertThat(get(Role.ADMIN, null).bodyAsString()).isEqualTo("local");
            assertThat(log.lines()).anyMatch(line -> line.startsWith("WARN No key has an admin role"));
        }

        stored.set(StoredKeyBuilder.loaded(Instant.now(), with(Role.VIEWER)));
        assertThat(get(Role.ADMIN, null).statusCode()).isEqualTo(401);
    }

    @Test
    void notOpenWhileTheKeysOfTheStoreAreUnknown() {
        HttpResponse<Buffer> response = get(Role.VIEWER, null);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.bodyAsString()).isEqualTo("store_unavailable");
    }

    @Test
    void anAdminKeyOfTheFileNeedsNoStore() {
        StaticKey stanza = other.stanza();
        config.set(TestKeys.sluiceConfig(ConfigSamples.auth(
                List.of(new StaticKey(
                        stanza.id(),
                        stanza.hash(),
                        null,
                        null,
                        List.of(),
                        List.of(),
                        Role.ADMIN,
                        LimitsConfig.NONE,
                        null)),
                TestKeys.PEPPER)));

        assertThat(get(Role.ADMIN, other.token().reveal()).bodyAsString()).isEqualTo("other");
        assertThat(get(Role.ADMIN, null).statusCode()).isEqualTo(401);
    }

    private dev.sluice.store.StoredKey with(Role role) {
        StoredKeyBuilder of = new StoredKeyBuilder(key);
        of.role = role;
        return of.build();
    }

    private static dev.sluice.store.StoredKey administrator() {
        StoredKeyBuilder of = new StoredKeyBuilder(TestKeys.generate("boss"));
        of.role = Role.ADMIN;
        return of.build();
    }

    private HttpResponse<Buffer> get(Role role, String token) {
        HttpRequest<Buffer> request = client.get(port, "127.0.0.1", "/" + word(role));
        if (token != null) {
            request.putHeader("authorization", "Bearer " + token);
        }
        return RunningSluice.await(request.send());
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
