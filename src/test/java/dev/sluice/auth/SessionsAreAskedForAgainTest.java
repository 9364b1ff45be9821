package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyGenerator.MintedKey;
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

/** What a session that was let in hears when it is asked for again. */
class SessionsAreAskedForAgainTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final MintedKey ci = Keys.mint("ci");
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicReference<StoredKeys> stored = new AtomicReference<>(StoredKeys.UNHEARD);
    private final AtomicReference<SluiceConfig> config =
            new AtomicReference<>(Keys.whole(Keys.config(Keys.mint("other"))));
    private final ApiKeyHandler handler = new ApiKeyHandler(new GatewayAuthentication(
            new KeyRing(config::get, stored::get, () -> now.get().toEpochMilli()),
            new JwtProvider(config::get, null, System::currentTimeMillis)));

    @Test
    void whatHasEndedMeanwhileIsSaid() {
        Stored key = new Stored(ci);
        key.expiresAt = START.plusSeconds(1);
        stored.set(Stored.heard(START, key.make()));
        assertThat(again(ci).succeeded()).isTrue();

        now.set(START.plusSeconds(1));
        assertThat(error(again(ci)).code()).isEqualTo("key_expired");
        key.expiresAt = null;
        key.tier = "gone";
        stored.set(Stored.heard(START, key.make()));
        assertThat(error(again(ci)).code()).isEqualTo("tier_unknown");
        key.revokedAt = START;
        stored.set(Stored.heard(START, key.make()));
        assertThat(error(again(ci)).code()).isEqualTo("key_revoked");
        stored.set(Stored.heard(START));
        assertThat(error(again(ci)).code()).isEqualTo("invalid_api_key");
    }

    @Test
    void aStoreThatIsAwayIsNobodysFault() {
        stored.set(Stored.heard(START, new Stored(ci).make()));
        now.set(START.plus(config.get().store().keyCacheTtl()).plusMillis(1));

        assertThat(error(again(ci)).kind()).isEqualTo(GatewayError.Kind.UNAVAILABLE);
    }

    /** It came without a key, when none was needed. */
    @Test
    void whoCameWithoutAKeyIsNotBlamedWhileNobodyKnowsOfKeys() {
        config.set(Keys.whole(Keys.open()));
        stored.set(Stored.heard(START));
        MultiMap none = MultiMap.caseInsensitiveMultiMap();
        assertThat(handler.again(none).succeeded()).isTrue();

        now.set(START.plus(config.get().store().keyCacheTtl()).plusMillis(1));
        assertThat(error(handler.again(none)).kind()).isEqualTo(GatewayError.Kind.UNAVAILABLE);

        stored.set(Stored.heard(now.get(), new Stored(ci).make()));
        assertThat(error(handler.again(none)).kind()).isEqualTo(GatewayError.Kind.AUTHENTICATION);
    }

    private Future<User> again(MintedKey key) {
        return handler.again(
                MultiMap.caseInsensitiveMultiMap().add("x-api-key", key.token().reveal()));
    }

    private static GatewayError error(Future<User> answer) {
        return ((GatewayException) answer.cause()).error();
    }
}
