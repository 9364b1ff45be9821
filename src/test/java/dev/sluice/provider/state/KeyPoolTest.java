package dev.sluice.provider.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.binding.Secret;
import dev.sluice.config.ProviderConfig.ApiKey;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Keys are drawn by weight. A rejected or throttled key has its own cooldown, as long as the provider asked for. */
class KeyPoolTest {

    @Test
    void keysAreDrawnByWeight() {
        KeyPool pool = pool(3, 1);

        Map<String, Long> drawn = IntStream.range(0, 4000)
                .mapToObj(i -> pool.draw().secret())
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
        KeyPool.Lease refused = pool.draw();

        assertThat(refused.failed(error(kind, 60_000))).isTrue();

        assertThat(pool.coolingDown(System.nanoTime())).isEqualTo(1);
        assertThat(IntStream.range(0, 50).mapToObj(i -> pool.draw().secret())).doesNotContain(refused.secret());
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = Mode.EXCLUDE,
            names = {"RATE_LIMITED", "PROVIDER_AUTH", "QUOTA_SPENT"})
    void anErrorThatIsNotAboutTheKeyStartsNoCooldown(Kind kind) {
        KeyPool pool = pool(1, 1);

        assertThat(pool.draw().failed(error(kind, 60_000))).isFalse();

        assertThat(pool.coolingDown(System.nanoTime())).isZero();
    }

    @Test
    void whenAllKeysAreInCooldownTheErrorOfTheFirstToReturnIsReported() {
        KeyPool pool = pool(1, 1);
        pool.draw().failed(error(Kind.PROVIDER_AUTH, 90_000));
        assertThat(pool.draw().failed(error(Kind.RATE_LIMITED, 30_000))).isFalse();

        assertThat(pool.draw()).isNull();
        GatewayError why = pool.exhausted("up");
        assertThat(why.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(why.retryAfterMillis()).isBetween(20_000L, 30_000L);
        assertThat(why.message()).contains("all 2 API keys of provider up").doesNotContain("key-0", "key-1");
    }

    @Test
    void aCooldownEnds() {
        KeyPool pool = pool(1);
        pool.draw().failed(error(Kind.RATE_LIMITED, 50));

        await().until(() -> pool.draw() != null);
    }

    @Test
    void aCooldownIsLimited() {
        KeyPool pool = pool(1);
        pool.draw().failed(error(Kind.RATE_LIMITED, Integer.MAX_VALUE));

        assertThat(pool.exhausted("up").retryAfterMillis()).isLessThanOrEqualTo(600_000);
    }

    @Test
    void aProviderWithoutKeysHasNoCooldown() {
        KeyPool pool = pool();

        assertThat(pool.draw().secret()).isNull();
        assertThat(pool.draw().failed(error(Kind.PROVIDER_AUTH, 60_000))).isFalse();
        assertThat(pool.draw()).isNotNull();
    }

    private static GatewayError error(Kind kind, long retryAfterMillis) {
        return GatewayError.of(kind, "no").withRetryAfter(retryAfterMillis);
    }

    private static KeyPool pool(int... weights) {
        return new KeyPool(IntStream.range(0, weights.length)
                .mapToObj(i -> new ApiKey(new Secret("key-" + i), weights[i]))
                .collect(Collectors.toCollection(java.util.ArrayList<ApiKey>::new)));
    }
}
