package dev.sluice.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.auth.StoredKeyBuilder;
import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.KeyService.CreatedKey;
import dev.sluice.config.LimitsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TierConfig;
import dev.sluice.model.Budget;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPrivilegeRulesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Budget TEN_A_DAY = new Budget(10_000_000_000L, Budget.Period.DAY, 0.8, true);
    private static final Limits FEW = new Limits(60, 0, 0, 0, 4);

    private final SluiceConfig config = TestKeys.sluiceConfig(
            TestKeys.config(TestKeys.generate("fixed")),
            Map.of(
                    "gold", new TierConfig(LimitsConfig.NONE, null, 9),
                    "basic", new TierConfig(LimitsConfig.NONE, null, 5)));
    private final KeyService keyService = new KeyService(() -> config, InstantSource.fixed(NOW));
    private final Caller operator = caller(Role.OPERATOR, NOW.plusSeconds(3600));

    private static Principal withRole(Role role) {
        return new Principal("who", "red", null, List.of(), List.of(), 5, role, Limits.NONE, null);
    }

    private static Caller caller(Role role, Instant ends) {
        return new Caller(
                new Principal(
                        "who",
                        "red",
                        "basic",
                        List.of("fast", "openai/gpt-*"),
                        List.of("chat"),
                        5,
                        role,
                        FEW,
                        TEN_A_DAY),
                ends);
    }

    /** The widest request that the operator may make, with one field replaced. */
    private static KeyRequest request(String field, String value) {
        boolean none = "none".equals(value);
        return new KeyRequest(
                "id".equals(field) ? value : null,
                "name".equals(field) ? value.repeat(50) : "for a test",
                "team".equals(field) ? value : "red",
                "tier".equals(field) ? value : "basic",
                "models".equals(field) ? (none ? List.of() : List.of("fast", value)) : List.of("fast", "openai/gpt-4*"),
                "surfaces".equals(field) ? (none ? List.of() : List.of(value)) : List.of("chat"),
                "role".equals(field) ? Role.valueOf(value) : Role.VIEWER,
                "rpm".equals(field)
                        ? new Limits(Long.parseLong(value), 0, 0, 0, 4)
                        : "concurrency".equals(field) ? new Limits(60, 0, 0, 0, Integer.parseInt(value)) : FEW,
                switch (field) {
                    case "budget" -> none ? null : new Budget(Long.parseLong(value), Budget.Period.DAY, 0.8, true);
                    case "budget.per" -> new Budget(1, Budget.Period.valueOf(value), 0.8, true);
                    case "budget.hard" -> new Budget(1, Budget.Period.DAY, 0.8, false);
                    default -> TEN_A_DAY;
                },
                "expires".equals(field)
                        ? (none ? null : NOW.plusSeconds(Long.parseLong(value)))
                        : NOW.plusSeconds(3600),
                Map.of("cost_centre", "metadata".equals(field) ? value.repeat(100) : "7"));
    }

    @Test
    void theRightsOfTheCallerAreAllowed() {
        CreatedKey minted = keyService.create(request("", ""), operator);

        StoredKey key = minted.key();
        assertThat(minted.token().reveal()).startsWith("sk-sluice-" + key.id() + "-");
        assertThat(key.createdBy()).isEqualTo("who");
        assertThat(key.createdAt()).isEqualTo(NOW);
        assertThat(key.revokedAt()).isNull();
        assertThat(opens(minted, key)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "role, ADMIN, role",
        "team, blue, team",
        "tier, gold, tier",
        "models, none, models",
        "models, slow, models",
        "models, *, models",
        "models, openai/*, models",
        "models, fast*, models",
        "models, *fast, models",
        "surfaces, none, endpoints",
        "surfaces, messages, endpoints",
        "rpm, 61, limits.rpm",
        "rpm, 0, limits.rpm",
        "concurrency, 0, limits.concurrency",
        "budget, none, budget",
        "budget, 10000000001, budget",
        "budget.per, MONTH, budget",
        "budget.hard, no, budget",
        "expires, none, expires_at",
        "expires, 3601, expires_at",
    })
    void moreIsRefusedWithItsField(String field, String value, String param) {
        GatewayException refused =
                catchThrowableOfType(GatewayException.class, () -> keyService.create(request(field, value), operator));

        assertThat(refused.error().status()).isEqualTo(403);
        assertThat(refused.error().code()).isEqualTo("exceeds_own_privileges");
        assertThat(refused.error().param()).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource({"account", "passthrough"})
    void onlyAdminsGrantTheWholeAccountOfAProvider(String endpoint) {
        Caller unlimited = new Caller(withRole(Role.OPERATOR), null);
        Caller admin = new Caller(withRole(Role.ADMIN), null);

        GatewayException refused = catchThrowableOfType(
                GatewayException.class, () -> keyService.create(request("surfaces", endpoint), unlimited));

        assertThat(refused.error().code()).isEqualTo("exceeds_own_privileges");
        assertThat(refused.error().param()).isEqualTo("endpoints");
        assertThat(keyService.create(request("surfaces", endpoint), admin).key().endpoints())
                .containsExactly(endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "id, UPPER, id",
        "id, fixed, id",
        "name, long, name",
        "team, a team, team",
        "tier, silver, tier",
        "models, no model!, models",
        "surfaces, telepathy, endpoints",
        "rpm, -1, limits",
        "budget, -1, budget",
        "expires, 0, expires_at",
        "metadata, longer, metadata",
    })
    void invalidRequestsAreRefusedEvenForAdmins(String field, String value, String param) {
        GatewayException refused = catchThrowableOfType(
                GatewayException.class, () -> keyService.create(request(field, value), Caller.LOCAL));

        assertThat(refused.error().status()).isEqualTo(400);
        assertThat(refused.error().param()).isEqualTo(param);
    }

    @Test
    void onlyOperatorsAndAdminsCreateKeys() {
        for (Role role : List.of(Role.NONE, Role.VIEWER)) {
            Caller low = caller(role, NOW.plusSeconds(3600));
            assertThat(refusal(() -> keyService.create(request("role", "NONE"), low))
                            .code())
                    .isEqualTo("exceeds_own_privileges");
        }
    }

    @Test
    void adminsCreateKeysOfEveryTeamAndTier() {
        Caller admin = caller(Role.ADMIN, null);

        assertThat(keyService.create(request("team", "blue"), admin).key().team())
                .isEqualTo("blue");
        assertThat(keyService.create(request("tier", "gold"), admin).key().tier())
                .isEqualTo("gold");
        assertThat(refusal(() -> keyService.create(request("models", "*"), admin))
                        .code())
                .isEqualTo("exceeds_own_privileges");
    }

    @Test
    void aRotatedKeyHasANewSecretAndKeepsThePreviousOneForAWhile() {
        CreatedKey first = keyService.create(request("", ""), operator);

        CreatedKey second = keyService.rotate(first.key(), Duration.ofSeconds(60), operator);
        CreatedKey third = keyService.rotate(second.key(), Duration.ZERO, operator);

        assertThat(second.key().id()).isEqualTo(first.key().id());
        assertThat(opens(first, second.key())).isTrue();
        assertThat(opens(second, second.key())).isTrue();
        assertThat(opens(first, third.key())).isFalse();
        assertThat(opens(second, third.key())).isFalse();
        assertThat(opens(third, third.key())).isTrue();
    }

    @Test
    void rotationRequiresTheRightsOfTheKey() {
        StoredKey admins =
                keyService.create(request("role", "ADMIN"), Caller.LOCAL).key();
        StoredKey wide =
                keyService.create(request("models", "none"), Caller.LOCAL).key();
        StoredKey theirs =
                keyService.create(request("team", "blue"), Caller.LOCAL).key();
        for (StoredKey key : List.of(admins, wide, theirs)) {
            assertThat(refusal(() -> keyService.rotate(key, Duration.ofSeconds(1), operator))
                            .code())
                    .isEqualTo("exceeds_own_privileges");
        }
        for (StoredKey key : List.of(admins, theirs)) {
            assertThat(refusal(() -> keyService.revoke(key, operator)).code()).isEqualTo("exceeds_own_privileges");
        }
    }

    @Test
    void aRevokedKeyIsRefusedAndCannotBeRotated() {
        CreatedKey made = keyService.create(request("", ""), operator);

        StoredKey revoked = keyService.revoke(made.key(), operator);

        assertThat(opens(made, revoked)).isFalse();
        assertThat(keyService.revoke(revoked, operator)).isSameAs(revoked);
        assertThat(catchThrowableOfType(
                                GatewayException.class,
                                () -> keyService.rotate(revoked, Duration.ofSeconds(1), operator))
                        .error()
                        .status())
                .isEqualTo(400);
    }

    private static GatewayError refusal(ThrowingCallable call) {
        return catchThrowableOfType(GatewayException.class, call).error();
    }

    private boolean opens(CreatedKey minted, StoredKey key) {
        KeyRing ring = new KeyRing(() -> config, () -> StoredKeyBuilder.loaded(NOW, key), NOW::toEpochMilli);
        return ring.verify(minted.token().reveal()).principal() != null;
    }
}
