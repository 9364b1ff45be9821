package dev.sluice.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.ForgedTokens;
import dev.sluice.auth.TestIssuer;
import dev.sluice.auth.keys.AuthResult;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.testkit.CapturedLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.junit5.VertxExtension;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class JwtProviderTest {

    private static final long NOW = 1_770_000_000;

    private final AtomicLong millis = new AtomicLong(NOW * 1000);
    private final AtomicReference<SluiceConfig> config = new AtomicReference<>();
    private TestIssuer issuer;
    private JwtProvider tokens;

    @BeforeEach
    void begin(Vertx vertx) throws Exception {
        issuer = new TestIssuer(vertx);
        KeyPair twin = TestIssuer.rsa(2048);
        issuer.set.set(TestIssuer.set(
                TestIssuer.jwk("rsa", TestIssuer.RSA),
                TestIssuer.jwk("ec", TestIssuer.EC),
                TestIssuer.jwk("twin", TestIssuer.RSA),
                TestIssuer.jwk("twin", twin),
                TestIssuer.jwk("enc", TestIssuer.RSA).put("use", "enc"),
                TestIssuer.jwk("rs512", TestIssuer.RSA).put("alg", "RS512"),
                TestIssuer.jwk("weak", ForgedTokens.WEAK)));
        start(vertx, issuer.config("RS256", "ES256"));
    }

    private void start(Vertx vertx, SluiceConfig settings) throws Exception {
        config.set(settings);
        JwksCache jwksCache = new JwksCache(vertx, config::get, System::nanoTime);
        tokens = new JwtProvider(config::get, jwksCache, millis::get);
        jwksCache.start().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void forgedTokensAreRefused() throws Exception {
        Map<String, String> forged = ForgedTokens.of(issuer, NOW);
        List<String> wrong = new ArrayList<>();
        try (CapturedLog log = CapturedLog.open()) {
            for (Map.Entry<String, String> each : forged.entrySet()) {
                String outcome = outcome(each.getValue());
                if (!outcome.equals("invalid_token") && !outcome.equals("token_expired")) {
                    wrong.add(each.getKey() + ": " + outcome);
                }
                for (String line : log.lines()) {
                    assertThat(line).doesNotContain(each.getValue().substring(0, 30));
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(forged).hasSizeGreaterThan(100);
        assertThat(issuer.asked.get()).as("fetches for a hundred forged tokens").isLessThanOrEqualTo(2);
        assertThat(outcome(TestIssuer.rs256(issuer.claims(NOW)))).isEqualTo("jwt:alice");
    }

    @Test
    void everyAlgorithmIsSupported(Vertx vertx) throws Exception {
        KeyPair p384 = TestIssuer.ec("secp384r1");
        KeyPair p521 = TestIssuer.ec("secp521r1");
        issuer.set.set(TestIssuer.set(
                TestIssuer.jwk("rsa", TestIssuer.RSA),
                TestIssuer.jwk("es256", TestIssuer.EC),
                TestIssuer.jwk("es384", p384),
                TestIssuer.jwk("es512", p521)));
        start(vertx, issuer.config("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"));
        String claims = issuer.claims(NOW).encode();

        for (String name : List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")) {
            String token = TestIssuer.token(TestIssuer.header(name, "rsa").encode(), claims, name, TestIssuer.RSA);
            assertThat(outcome(token)).as(name).isEqualTo("jwt:alice");
        }
        Map<String, KeyPair> curves = Map.of("ES256", TestIssuer.EC, "ES384", p384, "ES512", p521);
        for (Map.Entry<String, KeyPair> curve : curves.entrySet()) {
            String kid = curve.getKey().toLowerCase(java.util.Locale.ROOT);
            for (int i = 0; i < 20; i++) { // numbers that begin with zeros come by chance
                String header = TestIssuer.header(curve.getKey(), kid).encode();
                assertThat(outcome(TestIssuer.token(header, claims, curve.getKey(), curve.getValue())))
                        .as(curve.getKey())
                        .isEqualTo("jwt:alice");
            }
        }
    }

    @Test
    void timesAreCheckedWithLeewayToTheSecond() throws Exception {
        long leeway = TestIssuer.LEEWAY.toSeconds();
        JsonObject good = issuer.claims(NOW);

        assertThat(outcome(TestIssuer.rs256(good.copy().put("exp", NOW - leeway + 1))))
                .isEqualTo("jwt:alice");
        assertThat(outcome(TestIssuer.rs256(good.copy().put("exp", NOW - leeway))))
                .isEqualTo("token_expired");
        assertThat(outcome(TestIssuer.rs256(good.copy().put("exp", NOW + 0.5)))).isEqualTo("jwt:alice");
        assertThat(outcome(TestIssuer.rs256(good.copy().put("nbf", NOW + leeway))))
                .isEqualTo("jwt:alice");
        assertThat(outcome(TestIssuer.rs256(good.copy().put("nbf", NOW + leeway + 1))))
                .isEqualTo("invalid_token");
        assertThat(outcome(TestIssuer.rs256(good.copy().put("iat", NOW + leeway))))
                .isEqualTo("jwt:alice");
        assertThat(outcome(TestIssuer.rs256(good.copy().put("iat", NOW + leeway + 1))))
                .isEqualTo("invalid_token");
    }

    @Test
    void cachedTokensExpire() throws Exception {
        String token = TestIssuer.rs256(issuer.claims(NOW).put("exp", NOW + 5));
        assertThat(outcome(token)).isEqualTo("jwt:alice");

        millis.set((NOW + 5 + TestIssuer.LEEWAY.toSeconds()) * 1000);

        assertThat(outcome(token)).isEqualTo("token_expired");
    }

    /** A cache keyed by a prefix of the token would confuse them. */
    @Test
    void tokensWithACommonPrefixAreDistinct() throws Exception {
        JsonObject alike = new JsonObject().put("pad", "x".repeat(300)).mergeIn(issuer.claims(NOW));
        String alice = TestIssuer.rs256(alike.copy().put("sub", "alice"));
        String bob = TestIssuer.rs256(alike.copy().put("sub", "bob"));
        String forged = alice.substring(0, alice.length() - 20) + "A".repeat(20);
        assertThat(alice.substring(0, 200)).isEqualTo(bob.substring(0, 200));

        for (int i = 0; i < 2; i++) {
            assertThat(outcome(alice)).isEqualTo("jwt:alice");
            assertThat(outcome(bob)).isEqualTo("jwt:bob");
            assertThat(outcome(forged)).isEqualTo("invalid_token");
        }
    }

    @Test
    void claimsDefineThePrincipal() throws Exception {
        JsonObject claims = issuer.claims(NOW)
                .put("aud", new JsonArray().add("other").add(TestIssuer.AUDIENCE))
                .put("team", "red")
                .put("models", "fast openai/*")
                .put(
                        "realm",
                        new JsonObject()
                                .put(
                                        "roles",
                                        new JsonArray()
                                                .add("viewer")
                                                .add("operator")
                                                .add("dba")));

        Principal caller = principal(TestIssuer.rs256(claims));

        assertThat(caller.team()).isEqualTo("red");
        assertThat(caller.models()).containsExactly("fast", "openai/*");
        assertThat(caller.role()).isEqualTo(Role.OPERATOR);
        assertThat(principal(TestIssuer.rs256(issuer.claims(NOW))).role()).isEqualTo(Role.NONE);
        assertThat(principal(TestIssuer.rs256(issuer.claims(NOW))).models()).isEmpty();
        assertThat(outcome(TestIssuer.rs256(issuer.claims(NOW).put("tier", "gold"))))
                .isEqualTo("tier_unknown");
    }

    private Principal principal(String token) throws Exception {
        return AuthResult.caller(result(tokens.authenticate(token))).principal();
    }

    /** The id of the accepted caller, or the code of the error. */
    private String outcome(String token) throws Exception {
        try {
            return principal(token).id();
        } catch (ExecutionException refused) {
            return refused.getCause() instanceof GatewayException ours
                    ? ours.error().code()
                    : String.valueOf(refused.getCause());
        }
    }

    private static User result(Future<User> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
