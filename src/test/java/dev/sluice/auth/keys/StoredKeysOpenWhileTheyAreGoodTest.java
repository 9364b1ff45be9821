package dev.sluice.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.Keys;
import dev.sluice.auth.Stored;
import dev.sluice.auth.keys.KeyGenerator.MintedKey;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.LimitsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TierConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.model.Surface;
import dev.sluice.store.StoredKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StoredKeysOpenWhileTheyAreGoodTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final MintedKey fixed = Keys.mint("fixed");
    private final MintedKey ci = Keys.mint("ci");
    private final MintedKey earlier = Keys.mint("ci");
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicReference<StoredKeys> stored = new AtomicReference<>(StoredKeys.UNHEARD);
    private final AtomicReference<SluiceConfig> config = new AtomicReference<>(
            Keys.whole(Keys.config(fixed), Map.of("gold", new TierConfig(LimitsConfig.NONE, null, 9))));
    private final KeyRing ring =
            new KeyRing(config::get, stored::get, () -> now.get().toEpochMilli());

    @Test
    void aStoredKeyIsWhoTheStoreSays() {
        Stored key = new Stored(ci);
        key.tier = "gold";
        key.role = Role.OPERATOR;
        stored.set(Stored.heard(START, key.make()));

        Principal who = ring.whose(ci.token().reveal());

        assertThat(who.id()).isEqualTo("ci");
        assertThat(who.team()).isEqualTo("platform");
        assertThat(who.tier()).isEqualTo("gold");
        assertThat(who.priority()).isEqualTo(9);
        assertThat(who.role()).isEqualTo(Role.OPERATOR);
        assertThat(who.mayUse("fast")).isTrue();
        assertThat(who.mayUse(Surface.MESSAGES)).isFalse();
    }

    @Test
    void aKeyThatIsGoneOpensNothing() {
        stored.set(Stored.heard(START, new Stored(ci).make()));
        assertThat(code(ci)).isNull();

        stored.set(Stored.heard(START));

        assertThat(code(ci)).isEqualTo("invalid_api_key");
    }

    @Test
    void theSecretBeforeARotationIsGoodUntilItsEnd() {
        Stored key = new Stored(ci);
        key.previousHash = earlier.stanza().hash();
        key.previousUntil = START.plusSeconds(60);
        stored.set(Stored.heard(START, key.make()));

        assertThat(code(ci)).isNull();
        assertThat(code(earlier)).isNull();
        now.set(START.plusSeconds(60));
        assertThat(code(ci)).isNull();
        assertThat(code(earlier)).isEqualTo("invalid_api_key");
    }

    @Test
    void revokedAndExpiredAreToldToTheOwnerAlone() {
        Stored revoked = new Stored(ci);
        revoked.revokedAt = START;
        stored.set(Stored.heard(START, revoked.make()));
        assertThat(code(ci)).isEqualTo("key_revoked");
        assertThat(code(earlier)).isEqualTo("invalid_api_key");

        Stored expiring = new Stored(ci);
        expiring.expiresAt = START.plusSeconds(1);
        stored.set(Stored.heard(START, expiring.make()));
        assertThat(code(ci)).isNull();
        now.set(START.plusSeconds(1));
        assertThat(code(ci)).isEqualTo("key_expired");
        assertThat(code(earlier)).isEqualTo("invalid_api_key");
    }

    @Test
    void aTierThatTheConfigLostIsRefused() {
        Stored key = new Stored(ci);
        key.tier = "silver";
        stored.set(Stored.heard(START, key.make()));

        assertThat(error(ci).status()).isEqualTo(403);
        assertThat(code(ci)).isEqualTo("tier_unknown");
    }

    @Test
    void untilTheStoreIsHeardItsKeysAre503AndThoseOfTheFileGoOn() {
        assertThat(error(ci).status()).isEqualTo(503);
        assertThat(code(ci)).isEqualTo("store_down");
        assertThat(code(fixed)).isNull();
        assertThat(ring.verify("sk-dummy").principal()).isNull();
    }

    @Test
    void aStoreThatWasSilentTooLongIs503ForItsKeysAlone() {
        stored.set(Stored.heard(START, new Stored(ci).make()));
        Duration good = config.get().store().keyCacheTtl();

        now.set(START.plus(good));
        assertThat(code(ci)).isNull();
        now.set(START.plus(good).plusMillis(1));
        assertThat(code(ci)).isEqualTo("store_down");
        assertThat(code(fixed)).isNull();
    }

    @Test
    void aKeyOfTheFileCountsBeforeOneOfTheStore() {
        MintedKey twin = Keys.mint("fixed");
        stored.set(Stored.heard(START, new Stored(twin).make()));

        assertThat(code(fixed)).isNull();
        assertThat(code(twin)).isEqualTo("invalid_api_key");
    }

    @Test
    void openOnlyWhereTheStoreIsKnownToHoldNoKey() {
        config.set(Keys.whole(Keys.open()));
        assertThat(ring.open()).isFalse();
        assertThat(ring.undecided()).isTrue();

        stored.set(Stored.heard(START));
        assertThat(ring.open()).isTrue();

        stored.set(Stored.heard(START, new Stored(ci).make()));
        assertThat(ring.open()).isFalse();
        assertThat(ring.undecided()).isFalse();

        stored.set(Stored.heard(START));
        config.set(Keys.whole(new AuthConfig(List.of(), null, Keys.PEPPER, true)));
        assertThat(ring.open()).isFalse();
    }

    @Test
    void usesAreToldOnceByTheMinute() {
        stored.set(Stored.heard(START, new Stored(ci).make()));
        now.set(START.plusSeconds(61));
        ring.whose(ci.token().reveal());
        ring.whose(fixed.token().reveal());
        ring.whose(earlier.token().reveal());

        assertThat(ring.usedSince()).isEqualTo(Map.of("ci", START.plusSeconds(60)));
        assertThat(ring.usedSince()).isEmpty();
    }

    @Test
    void aHashThatTheStoreSpoiltOpensNothing() {
        StoredKey good = new Stored(ci).make();
        for (String hash :
                List.of("", "plain", good.hash().replace(':', ';'), good.hash().replaceAll("[0-9a-f]$", "z"))) {
            Stored spoilt = new Stored(ci);
            spoilt.hash = hash;
            stored.set(Stored.heard(START, spoilt.make()));

            assertThat(code(ci)).as(hash).isEqualTo("invalid_api_key");
        }
    }

    private String code(MintedKey key) {
        GatewayError error = error(key);
        return error == null ? null : error.code();
    }

    private GatewayError error(MintedKey key) {
        var answer = ring.verify(key.token().reveal()).answer();
        return answer.succeeded() ? null : ((GatewayException) answer.cause()).error();
    }
}
