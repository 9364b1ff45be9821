package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.auth.keys.Caller;
import dev.sluice.auth.keys.KeyRequest;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.KeyService;
import dev.sluice.auth.keys.KeyService.Minted;
import dev.sluice.config.LimitsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TierConfig;
import dev.sluice.model.Budget;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoKeyExceedsItsMinterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Budget TEN_A_DAY = new Budget(10_000_000_000L, Budget.Period.DAY, 0.8, true);
    private static final Limits FEW = new Limits(60, 0, 0, 0, 4);

    private final SluiceConfig config = Keys.whole(
            Keys.config(Keys.mint("fixed")),
            Map.of(
                    "gold", new TierConfig(LimitsConfig.NONE, null, 9),
                    "basic", new TierConfig(LimitsConfig.NONE, null, 5)));
    private final KeyService keyService = new KeyService(() -> config, InstantSource.fixed(NOW));
    private final Caller operator = minter(Role.OPERATOR, NOW.plusSeconds(3600));

    private static Caller minter(Role role, Instant ends) {
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

    /** What the operator may just make. Each field can be made to ask for more. */
    private static KeyRequest wish(String field, String value) {
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
    void asMuchAsTheMinterHasIsFine() {
        Minted minted = keyService.mint(wish("", ""), operator);

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
    void moreIsRefusedByItsField(String field, String value, String param) {
        GatewayException refused =
                catchThrowableOfType(GatewayException.class, () -> keyService.mint(wish(field, value), operator));

        assertThat(refused.error().status()).isEqualTo(403);
        assertThat(refused.error().code()).isEqualTo("exceeds_minter");
        assertThat(refused.error().param()).isEqualTo(param);
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
    void whatNobodyMayHaveIsRefusedEvenToAnAdmin(String field, String value, String param) {
        GatewayException refused = catchThrowableOfType(
                GatewayException.class, () -> keyService.mint(wish(field, value), Caller.OWN_MACHINE));

        assertThat(refused.error().status()).isEqualTo(400);
        assertThat(refused.error().param()).isEqualTo(param);
    }

    @Test
    void whoIsNoOperatorMakesNothing() {
        for (Role role : List.of(Role.NONE, Role.VIEWER)) {
            Caller low = minter(role, NOW.plusSeconds(3600));
            assertThat(catchThrowableOfType(GatewayException.class, () -> keyService.mint(wish("role", "NONE"), low)))
                    .isNotNull();
        }
    }

    @Test
    void anAdminReachesIntoEveryTeamAndTier() {
        Caller admin = minter(Role.ADMIN, null);

        assertThat(keyService.mint(wish("team", "blue"), admin).key().team()).isEqualTo("blue");
        assertThat(keyService.mint(wish("tier", "gold"), admin).key().tier()).isEqualTo("gold");
        assertThat(catchThrowableOfType(GatewayException.class, () -> keyService.mint(wish("models", "*"), admin)))
                .isNotNull();
    }

    @Test
    void aRotatedKeyHasANewSecretAndTheOldOneForAWhile() {
        Minted first = keyService.mint(wish("", ""), operator);

        Minted second = keyService.rotate(first.key(), Duration.ofSeconds(60), operator);
        Minted third = keyService.rotate(second.key(), Duration.ZERO, operator);

        assertThat(second.key().id()).isEqualTo(first.key().id());
        assertThat(opens(first, second.key())).isTrue();
        assertThat(opens(second, second.key())).isTrue();
        assertThat(opens(first, third.key())).isFalse();
        assertThat(opens(second, third.key())).isFalse();
        assertThat(opens(third, third.key())).isTrue();
    }

    @Test
    void nobodyRotatesTheirWayUp() {
        StoredKey admins =
                keyService.mint(wish("role", "ADMIN"), Caller.OWN_MACHINE).key();
        StoredKey wide =
                keyService.mint(wish("models", "none"), Caller.OWN_MACHINE).key();
        StoredKey theirs =
                keyService.mint(wish("team", "blue"), Caller.OWN_MACHINE).key();
        for (StoredKey key : List.of(admins, wide, theirs)) {
            assertThat(catchThrowableOfType(
                            GatewayException.class, () -> keyService.rotate(key, Duration.ofSeconds(1), operator)))
                    .isNotNull();
        }
        for (StoredKey key : List.of(admins, theirs)) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> keyService.revoke(key, operator)))
                    .isNotNull();
        }
    }

    @Test
    void aRevokedKeyOpensNothingAndIsNotRotatedBack() {
        Minted made = keyService.mint(wish("", ""), operator);

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

    private boolean opens(Minted minted, StoredKey key) {
        KeyRing ring = new KeyRing(() -> config, () -> Stored.heard(NOW, key), NOW::toEpochMilli);
        return ring.whose(minted.token().reveal()) != null;
    }
}
