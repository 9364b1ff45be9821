package dev.sluice.provider.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.binding.Secret;
import dev.sluice.config.ProviderConfig.ApiKey;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.KeyFault;
import dev.sluice.model.KeyFault.Scope;
import dev.sluice.model.ProviderStatus;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Keys are drawn by weight. A throttled key cools down for one model, a rejected one for all, on evidence only. */
class KeyPoolTest {

    private static final KeyFault SUSPECTED = new KeyFault(Scope.SUSPECTED, null);

    @Test
    void keysAreDrawnByWeight() {
        KeyPool pool = pool(3, 1);

        Map<String, Long> drawn = IntStream.range(0, 4000)
                .mapToObj(i -> pool.draw("m").secret())
                .collect(Collectors.groupingBy(key -> key, Collectors.counting()));

        // 1,000 expected, standard deviation 27
        assertThat(drawn.get("key-1")).isBetween(800L, 1200L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RATE_LIMITED", "PROVIDER_AUTH", "QUOTA_SPENT"})
    void aRejectedKeyIsInCooldownAndTheOtherIsOffered(Kind kind) {
        KeyPool pool = pool(1, 1);
        KeyPool.Lease refused = pool.draw("m");

        assertThat(refused.failed(error(kind, 60_000), null)).isTrue();

        assertThat(pool.cooldowns()).hasSize(1);
        assertThat(IntStream.range(0, 50).mapToObj(i -> pool.draw("m").secret()))
                .doesNotContain(refused.secret());
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = Mode.EXCLUDE,
            names = {"RATE_LIMITED", "PROVIDER_AUTH", "QUOTA_SPENT"})
    void anErrorThatIsNotAboutTheKeyStartsNoCooldown(Kind kind) {
        KeyPool pool = pool(1, 1);

        assertThat(pool.draw("m").failed(error(kind, 60_000), null)).isFalse();

        assertThat(pool.cooldowns()).isEmpty();
    }

    /** An operator who has put a key right need not wait for the end of its cooldown. */
    @Test
    void aCheckOfAnOperatorEndsTheCooldownOfAKeyThatIsAcceptedAgain() {
        KeyPool pool = pool(1, 1);
        KeyPool.Lease refused = pool.draw("m");
        refused.failed(error(Kind.PROVIDER_AUTH, 60_000), null);

        KeyPool.Lease checked = pool.drawForCheck();

        assertThat(checked.secret()).isEqualTo(refused.secret());
        assertThat(checked.accepted()).isPositive();
        assertThat(pool.cooldowns()).isEmpty();
        assertThat(pool.drawForCheck().accepted()).isZero();
    }

    /** A model list that is served says nothing about a limit on requests. */
    @Test
    void aCheckDoesNotEndThrottling() {
        KeyPool pool = pool(1);
        pool.draw("m")
                .failed(error(Kind.RATE_LIMITED, 60_000).withKeyFault(new KeyFault(Scope.ALL_MODELS, null)), null);

        assertThat(pool.drawForCheck().accepted()).isZero();
        assertThat(pool.cooldowns()).hasSize(1);
    }

    @Test
    void aThrottledKeyServesOtherModels() {
        KeyPool pool = pool(1);
        pool.draw("m").failed(error(Kind.RATE_LIMITED, 60_000), null);

        assertThat(pool.draw("m")).isNull();
        assertThat(pool.allCoolingDown("m", System.nanoTime())).isTrue();
        assertThat(pool.draw("other")).isNotNull();
        assertThat(pool.draw(null)).isNotNull();
        assertThat(pool.allCoolingDown("other", System.nanoTime())).isFalse();
        assertThat(pool.coolingKeys()).isZero();
        assertThat(pool.coolingModels()).isEqualTo(1);
        assertThat(pool.exhausted("m").message()).contains("for model m", "throttled");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PROVIDER_AUTH", "QUOTA_SPENT"})
    void aRejectedKeyServesNoModel(Kind kind) {
        KeyPool pool = pool(1);
        pool.draw("m").failed(error(kind, 60_000), null);

        assertThat(pool.draw("other")).isNull();
        assertThat(pool.coolingKeys()).isEqualTo(1);
        assertThat(pool.coolingModels()).isZero();
        assertThat(pool.exhausted("other").kind()).isEqualTo(kind);
    }

    @Test
    void aQuotaOfOneModelLeavesTheOthers() {
        KeyPool pool = pool(1);
        pool.draw("m").failed(error(Kind.QUOTA_SPENT, -1).withKeyFault(KeyFault.MODEL), null);

        assertThat(pool.draw("other")).isNotNull();
        assertThat(pool.exhausted("m").keyFault().scope()).isEqualTo(Scope.MODEL);
        assertThat(pool.exhausted("m").retryAfterMillis()).isBetween(50_000L, 60_000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PROVIDER_AUTH", "QUOTA_SPENT"})
    void aSuspectedKeyIsTheLastChoiceAndStaysInUse(Kind kind) {
        KeyPool pool = pool(1, 1);
        KeyPool.Lease first = pool.draw("m");

        assertThat(first.failed(error(kind, 60_000).withKeyFault(SUSPECTED), null))
                .isTrue();
        KeyPool.Lease second = pool.draw("m");
        assertThat(second.secret()).isNotEqualTo(first.secret());
        assertThat(second.failed(error(kind, 60_000).withKeyFault(SUSPECTED), null))
                .isFalse();

        assertThat(pool.cooldowns()).isEmpty();
        assertThat(pool.draw("m")).isNotNull();
    }

    @Test
    void aCheckDecidesOverARejectedKey() {
        KeyPool accepted = pool(1);
        KeyPool rejected = pool(1);
        KeyPool unknown = pool(1);
        GatewayError error = error(Kind.PROVIDER_AUTH, -1);
        KeyFault reason = new KeyFault(Scope.ALL_MODELS, "Unauthorized");

        accepted.draw("m").failed(error, key -> Future.succeededFuture(new KeyCheck.Result.Accepted()));
        rejected.draw("m")
                .failed(
                        error.withKeyFault(SUSPECTED),
                        key -> Future.succeededFuture(new KeyCheck.Result.Rejected(error.withKeyFault(reason))));
        unknown.draw("m").failed(error, key -> Future.succeededFuture(new KeyCheck.Result.Unknown()));

        assertThat(accepted.cooldowns()).isEmpty();
        assertThat(rejected.cooldowns())
                .extracting(ProviderStatus.Cooldown::detail)
                .containsExactly("Unauthorized");
        assertThat(unknown.cooldowns()).hasSize(1);
    }

    @Test
    void aSuspicionThatACheckDoesNotConfirmStartsNoCooldown() {
        KeyPool pool = pool(1);

        pool.draw("m")
                .failed(
                        error(Kind.PROVIDER_AUTH, -1).withKeyFault(SUSPECTED),
                        key -> Future.succeededFuture(new KeyCheck.Result.Unknown()));

        assertThat(pool.cooldowns()).isEmpty();
    }

    @Test
    void aKeyIsNotCheckedForEachRejection() {
        KeyPool pool = pool(1);
        AtomicInteger checks = new AtomicInteger();

        for (int i = 0; i < 100; i++) {
            pool.draw("m").failed(error(Kind.PROVIDER_AUTH, -1), key -> {
                checks.incrementAndGet();
                return Future.succeededFuture(new KeyCheck.Result.Accepted());
            });
        }

        assertThat(checks).hasValue(1);
    }

    @Test
    void aMissingPermissionLeadsToTheOtherKeyOnce() {
        KeyPool pool = pool(1, 1);
        KeyPool.Lease first = pool.draw("m");

        assertThat(first.failed(error(Kind.PROVIDER_AUTH, -1).withKeyFault(KeyFault.NONE), null))
                .isTrue();

        assertThat(pool.draw("m").secret()).isNotEqualTo(first.secret());
        assertThat(pool.cooldowns()).isEmpty();
    }

    @Test
    void modelsInCooldownAreBounded() {
        KeyPool pool = pool(1);

        for (int i = 0; i < KeyPool.MAX_MODELS + 100; i++) {
            pool.draw("m" + i).failed(error(Kind.RATE_LIMITED, 60_000), null);
        }
        assertThat(pool.coolingModels()).isEqualTo(KeyPool.MAX_MODELS);

        KeyPool brief = pool(1);
        for (int i = 0; i < KeyPool.MAX_MODELS + 100; i++) {
            brief.draw("m" + i).failed(error(Kind.RATE_LIMITED, 0), null);
        }
        brief.draw("last").failed(error(Kind.RATE_LIMITED, 60_000), null);
        assertThat(brief.draw("last")).isNull();
    }

    @Test
    void whenAllKeysAreInCooldownTheErrorOfTheFirstToReturnIsReported() {
        KeyPool pool = pool(1, 1);
        pool.draw("m").failed(error(Kind.PROVIDER_AUTH, 90_000), null);
        assertThat(pool.draw("m").failed(error(Kind.RATE_LIMITED, 30_000), null))
                .isFalse();

        assertThat(pool.draw("m")).isNull();
        GatewayError why = pool.exhausted("m");
        assertThat(why.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(why.retryAfterMillis()).isBetween(20_000L, 30_000L);
        assertThat(why.message()).contains("all 2 API keys of provider up").doesNotContain("key-0", "key-1");
    }

    @Test
    void theReportedErrorDoesNotQuoteTheErrorThatStartedTheCooldown() {
        KeyPool pool = pool(1);
        pool.draw("m")
                .failed(
                        GatewayError.of(Kind.RATE_LIMITED, "swordfish")
                                .withKeyFault(new KeyFault(Scope.MODEL, "swordfish")),
                        null);

        assertThat(pool.exhausted("m").toString()).doesNotContain("swordfish");
    }

    @Test
    void aCooldownEnds() {
        KeyPool pool = pool(1);
        pool.draw("m").failed(error(Kind.RATE_LIMITED, 50), null);

        await().until(() -> pool.draw("m") != null);
    }

    @Test
    void aCooldownIsLimited() {
        KeyPool pool = pool(1);
        pool.draw("m").failed(error(Kind.RATE_LIMITED, Integer.MAX_VALUE), null);

        assertThat(pool.exhausted("m").retryAfterMillis()).isLessThanOrEqualTo(600_000);
    }

    @Test
    void aProviderWithoutKeysHasNoCooldown() {
        KeyPool pool = pool();

        assertThat(pool.draw("m").secret()).isNull();
        assertThat(pool.draw("m").failed(error(Kind.PROVIDER_AUTH, 60_000), null))
                .isFalse();
        assertThat(pool.draw("m")).isNotNull();
    }

    private static GatewayError error(Kind kind, long retryAfterMillis) {
        return GatewayError.of(kind, "no").withRetryAfter(retryAfterMillis);
    }

    private static KeyPool pool(int... weights) {
        return new KeyPool(
                "up",
                IntStream.range(0, weights.length)
                        .mapToObj(i -> new ApiKey(new Secret("key-" + i), weights[i]))
                        .collect(Collectors.toCollection(java.util.ArrayList<ApiKey>::new)));
    }
}
