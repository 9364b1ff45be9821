package dev.sluice.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.TestIssuer;
import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.AuthResult;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Principal;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An accepted token is found again while it, its keys and its configuration are the same, for a minute at most. */
@ExtendWith(VertxExtension.class)
class TokenCacheTest {

    private static final long NOW = 1_000_000;
    private static final AuthResult RESULT = AuthResult.of(Principal.OPEN, null);

    private final TokenCache cache = new TokenCache();
    private final TokenCache.Digest token = cache.digest("token");
    private final SluiceConfig config = TestKeys.sluiceConfig(TestKeys.open());
    private JwkSet keys;

    @BeforeEach
    void read(Vertx vertx) throws TokenRejectedException {
        keys = keys(vertx);
    }

    @Test
    void resultsAreFoundForAMinute() {
        cache.put(token, RESULT, Long.MAX_VALUE, keys, config, NOW);

        assertThat(cache.get(token, keys, config, NOW + 59_999)).isSameAs(RESULT);
        assertThat(cache.get(token, keys, config, NOW + 60_000)).isNull();
        assertThat(cache.get(cache.digest("other"), keys, config, NOW)).isNull();
    }

    @Test
    void resultsEndWithTheirToken() {
        cache.put(token, RESULT, NOW + 10, keys, config, NOW);

        assertThat(cache.get(token, keys, config, NOW + 9)).isSameAs(RESULT);
        assertThat(cache.get(token, keys, config, NOW + 10)).isNull();
    }

    @Test
    void resultsEndWithKeysAndConfiguration(Vertx vertx) throws TokenRejectedException {
        cache.put(token, RESULT, Long.MAX_VALUE, keys, config, NOW);

        assertThat(cache.get(token, keys(vertx), config, NOW)).isNull();
        assertThat(cache.get(token, keys, TestKeys.sluiceConfig(TestKeys.open()), NOW))
                .isNull();
    }

    @Test
    void aFullCacheIsEmptied() {
        cache.put(token, RESULT, Long.MAX_VALUE, keys, config, NOW);
        for (int i = 0; i < 10_000; i++) {
            cache.put(cache.digest("t" + i), RESULT, Long.MAX_VALUE, keys, config, NOW);
        }

        assertThat(cache.get(token, keys, config, NOW)).isNull();
        assertThat(cache.get(cache.digest("t9999"), keys, config, NOW)).isSameAs(RESULT);
    }

    private static JwkSet keys(Vertx vertx) throws TokenRejectedException {
        String json = TestIssuer.set(TestIssuer.jwk("rsa", TestIssuer.RSA)).toString();
        return JwkSet.read(vertx, json.getBytes(StandardCharsets.UTF_8), List.of("RS256"));
    }
}
