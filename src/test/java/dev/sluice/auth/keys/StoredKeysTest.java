package dev.sluice.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.StoredKeyBuilder;
import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
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

class StoredKeysTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final GeneratedKey fixed = TestKeys.generate("fixed");
    private final GeneratedKey ci = TestKeys.generate("ci");
    private final GeneratedKey earlier = TestKeys.generate("ci");
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicReference<StoredKeys> stored = new AtomicReference<>(StoredKeys.UNKNOWN);
    private final AtomicReference<SluiceConfig> config = new AtomicReference<>(
            TestKeys.sluiceConfig(TestKeys.config(fixed), Map.of("gold", new TierConfig(LimitsConfig.NONE, null, 9))));
    private final KeyRing ring =
            new KeyRing(config::get, stored::get, () -> now.get().toEpochMilli());

    @Test
    void aStoredKeyGivesThePrincipalOfTheStore() {
        StoredKeyBuilder key = new StoredKeyBuilder(ci);
        key.tier = "gold";
        key.role = Role.OPERATOR;
        stored.set(StoredKeyBuilder.loaded(START, key.build()));

        Principal caller = ring.verify(ci.token().reveal()).principal();

        assertThat(caller.id()).isEqualTo("ci");
        assertThat(caller.team()).isEqualTo("platform");
        assertThat(caller.tier()).isEqualTo("gold");
        assertThat(caller.priority()).isEqualTo(9);
        assertThat(caller.role()).isEqualTo(Role.OPERATOR);
        assertThat(caller.mayUse("fast")).isTrue();
        assertThat(caller.mayUse(Surface.MESSAGES)).isFalse();
    }

    @Test
    void aDeletedKeyIsRefused() {
        stored.set(StoredKeyBuilder.loaded(START, new StoredKeyBuilder(ci).build()));
        assertThat(code(ci)).isNull();

        stored.set(StoredKeyBuilder.loaded(START));

        assertThat(code(ci)).isEqualTo("invalid_api_key");
    }

    @Test
    void thePreviousSecretIsValidUntilItsEnd() {
        StoredKeyBuilder key = new StoredKeyBuilder(ci);
        key.previousHash = earlier.stanza().hash();
        key.previousUntil = START.plusSeconds(60);
        stored.set(StoredKeyBuilder.loaded(START, key.build()));

        assertThat(code(ci)).isNull();
        assertThat(code(earlier)).isNull();
        now.set(START.plusSeconds(60));
        assertThat(code(ci)).isNull();
        assertThat(code(earlier)).isEqualTo("invalid_api_key");
    }

    @Test
    void onlyTheRightSecretRevealsRevocationAndExpiry() {
        StoredKeyBuilder revoked = new StoredKeyBuilder(ci);
        revoked.revokedAt = START;
        stored.set(StoredKeyBuilder.loaded(START, revoked.build()));
        assertThat(code(ci)).isEqualTo("key_revoked");
        assertThat(code(earlier)).isEqualTo("invalid_api_key");

        StoredKeyBuilder expiring = new StoredKeyBuilder(ci);
        expiring.expiresAt = START.plusSeconds(1);
        stored.set(StoredKeyBuilder.loaded(START, expiring.build()));
        assertThat(code(ci)).isNull();
        now.set(START.plusSeconds(1));
        assertThat(code(ci)).isEqualTo("key_expired");
        assertThat(code(earlier)).isEqualTo("invalid_api_key");
    }

    @Test
    void aKeyOfARemovedTierIsRefused() {
        StoredKeyBuilder key = new StoredKeyBuilder(ci);
        key.tier = "silver";
        stored.set(StoredKeyBuilder.loaded(START, key.build()));

        assertThat(error(ci).status()).isEqualTo(403);
        assertThat(code(ci)).isEqualTo("tier_unknown");
    }

    @Test
    void untilTheStoreRespondsItsKeysAre503AndThoseOfTheFileWork() {
        assertThat(error(ci).status()).isEqualTo(503);
        assertThat(code(ci)).isEqualTo("store_unavailable");
        assertThat(code(fixed)).isNull();
        assertThat(ring.verify("sk-dummy").principal()).isNull();
    }

    @Test
    void aStoreSilentForTooLongIs503ForItsKeysOnly() {
        stored.set(StoredKeyBuilder.loaded(START, new StoredKeyBuilder(ci).build()));
        Duration good = config.get().store().keyCacheTtl();

        now.set(START.plus(good));
        assertThat(code(ci)).isNull();
        now.set(START.plus(good).plusMillis(1));
        assertThat(code(ci)).isEqualTo("store_unavailable");
        assertThat(code(fixed)).isNull();
    }

    @Test
    void aKeyOfTheFilePrecedesOneOfTheStore() {
        GeneratedKey twin = TestKeys.generate("fixed");
        stored.set(StoredKeyBuilder.loaded(START, new StoredKeyBuilder(twin).build()));

        assertThat(code(fixed)).isNull();
        assertThat(code(twin)).isEqualTo("invalid_api_key");
    }

    @Test
    void openOnlyIfTheStoreIsKnownToHaveNoKey() {
        config.set(TestKeys.sluiceConfig(TestKeys.open()));
        assertThat(ring.open()).isFalse();
        assertThat(ring.undecided()).isTrue();

        stored.set(StoredKeyBuilder.loaded(START));
        assertThat(ring.open()).isTrue();

        stored.set(StoredKeyBuilder.loaded(START, new StoredKeyBuilder(ci).build()));
        assertThat(ring.open()).isFalse();
        assertThat(ring.undecided()).isFalse();

        stored.set(StoredKeyBuilder.loaded(START));
        config.set(TestKeys.sluiceConfig(new AuthConfig(List.of(), null, TestKeys.PEPPER, true)));
        assertThat(ring.open()).isFalse();
    }

    @Test
    void lastUsesAreReportedOncePerMinute() {
        stored.set(StoredKeyBuilder.loaded(START, new StoredKeyBuilder(ci).build()));
        now.set(START.plusSeconds(61));
        ring.verify(ci.token().reveal());
        ring.verify(fixed.token().reveal());
        ring.verify(earlier.token().reveal());

        assertThat(ring.takeLastUses()).isEqualTo(Map.of("ci", START.plusSeconds(60)));
        assertThat(ring.takeLastUses()).isEmpty();
    }

    @Test
    void aKeyWithAMalformedHashIsRefused() {
        StoredKey good = new StoredKeyBuilder(ci).build();
        for (String hash :
                List.of("", "plain", good.hash().replace(':', ';'), good.hash().replaceAll("[0-9a-f]$", "z"))) {
            StoredKeyBuilder spoilt = new StoredKeyBuilder(ci);
            spoilt.hash = hash;
            stored.set(StoredKeyBuilder.loaded(START, spoilt.build()));

            assertThat(code(ci)).as(hash).isEqualTo("invalid_api_key");
        }
    }

    private String code(GeneratedKey key) {
        GatewayError error = error(key);
        return error == null ? null : error.code();
    }

    private GatewayError error(GeneratedKey key) {
        var verified = ring.verify(key.token().reveal()).future();
        return verified.succeeded() ? null : ((GatewayException) verified.cause()).error();
    }
}
