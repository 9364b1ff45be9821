package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.ext.auth.User;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A session is authenticated again, and is refused if its key has ended. */
class SessionsAreReauthenticatedTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final GeneratedKey ci = TestKeys.generate("ci");
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicReference<StoredKeys> stored = new AtomicReference<>(StoredKeys.UNKNOWN);
    private final AtomicReference<SluiceConfig> config =
            new AtomicReference<>(TestKeys.sluiceConfig(TestKeys.config(TestKeys.generate("other"))));
    private final ApiKeyHandler handler = new ApiKeyHandler(new GatewayAuthentication(
            new KeyRing(config::get, stored::get, () -> now.get().toEpochMilli()),
            new JwtProvider(config::get, null, System::currentTimeMillis)));

    @Test
    void keysThatHaveEndedAreRefusedWithTheirCode() {
        StoredKeyBuilder key = new StoredKeyBuilder(ci);
        key.expiresAt = START.plusSeconds(1);
        stored.set(StoredKeyBuilder.loaded(START, key.build()));
        assertThat(reauthenticate(ci).succeeded()).isTrue();

        now.set(START.plusSeconds(1));
        assertThat(error(reauthenticate(ci)).code()).isEqualTo("key_expired");
        key.expiresAt = null;
        key.tier = "gone";
        stored.set(StoredKeyBuilder.loaded(START, key.build()));
        assertThat(error(reauthenticate(ci)).code()).isEqualTo("tier_unknown");
        key.revokedAt = START;
        stored.set(StoredKeyBuilder.loaded(START, key.build()));
        assertThat(error(reauthenticate(ci)).code()).isEqualTo("key_revoked");
        stored.set(StoredKeyBuilder.loaded(START));
        assertThat(error(reauthenticate(ci)).code()).isEqualTo("invalid_api_key");
    }

    @Test
    void anUnavailableStoreIs503() {
        stored.set(StoredKeyBuilder.loaded(START, new StoredKeyBuilder(ci).build()));
        now.set(START.plus(config.get().store().keyCacheTtl()).plusMillis(1));

        assertThat(error(reauthenticate(ci)).kind()).isEqualTo(GatewayError.Kind.UNAVAILABLE);
    }

    /** The session started without a key, when none was required. */
    @Test
    void openSessionsAre503WhileTheKeysOfTheStoreAreUnknown() {
        config.set(TestKeys.sluiceConfig(TestKeys.open()));
        stored.set(StoredKeyBuilder.loaded(START));
        MultiMap none = MultiMap.caseInsensitiveMultiMap();
        assertThat(handler.reauthenticate(none).succeeded()).isTrue();

        now.set(START.plus(config.get().store().keyCacheTtl()).plusMillis(1));
        assertThat(error(handler.reauthenticate(none)).kind()).isEqualTo(GatewayError.Kind.UNAVAILABLE);

        stored.set(StoredKeyBuilder.loaded(now.get(), new StoredKeyBuilder(ci).build()));
        assertThat(error(handler.reauthenticate(none)).kind()).isEqualTo(GatewayError.Kind.AUTHENTICATION);
    }

    private Future<User> reauthenticate(GeneratedKey key) {
        return handler.reauthenticate(
                MultiMap.caseInsensitiveMultiMap().add("x-api-key", key.token().reveal()));
    }

    private static GatewayError error(Future<User> verified) {
        return ((GatewayException) verified.cause()).error();
    }
}
