package dev.sluice.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.ForgedTokens;
import dev.sluice.auth.Issuer;
import dev.sluice.auth.jwt.JwksCache;
import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.testkit.HeardLog;
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
class NoForgedTokenGetsInTest {

    private static final long NOW = 1_770_000_000;

    private final AtomicLong millis = new AtomicLong(NOW * 1000);
    private final AtomicReference<SluiceConfig> config = new AtomicReference<>();
    private Issuer issuer;
    private JwtProvider tokens;

    @BeforeEach
    void begin(Vertx vertx) throws Exception {
        issuer = new Issuer(vertx);
        KeyPair twin = Issuer.rsa(2048);
        issuer.set.set(Issuer.set(
                Issuer.jwk("rsa", Issuer.RSA),
                Issuer.jwk("ec", Issuer.EC),
                Issuer.jwk("twin", Issuer.RSA),
                Issuer.jwk("twin", twin),
                Issuer.jwk("enc", Issuer.RSA).put("use", "enc"),
                Issuer.jwk("rs512", Issuer.RSA).put("alg", "RS512"),
                Issuer.jwk("weak", ForgedTokens.WEAK)));
        start(vertx, issuer.config("RS256", "ES256"));
    }

    private void start(Vertx vertx, SluiceConfig settings) throws Exception {
        config.set(settings);
        JwksCache jwksCache = new JwksCache(vertx, config::get);
        tokens = new JwtProvider(config::get, jwksCache, millis::get);
        jwksCache.start().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void noneGetsInAndNoneHurts() throws Exception {
        Map<String, String> forged = ForgedTokens.of(issuer, NOW);
        List<String> wrong = new ArrayList<>();
        try (HeardLog log = HeardLog.open()) {
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
        assertThat(outcome(Issuer.rs256(issuer.claims(NOW)))).isEqualTo("jwt:alice");
    }

    @Test
    void everyAlgorithmOfTheListIsUnderstood(Vertx vertx) throws Exception {
        KeyPair p384 = Issuer.ec("secp384r1");
        KeyPair p521 = Issuer.ec("secp521r1");
        issuer.set.set(Issuer.set(
                Issuer.jwk("rsa", Issuer.RSA),
                Issuer.jwk("es256", Issuer.EC),
                Issuer.jwk("es384", p384),
                Issuer.jwk("es512", p521)));
        start(vertx, issuer.config("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"));
        String claims = issuer.claims(NOW).encode();

        for (String name : List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")) {
            String token = Issuer.token(Issuer.header(name, "rsa").encode(), claims, name, Issuer.RSA);
            assertThat(outcome(token)).as(name).isEqualTo("jwt:alice");
        }
        Map<String, KeyPair> curves = Map.of("ES256", Issuer.EC, "ES384", p384, "ES512", p521);
        for (Map.Entry<String, KeyPair> curve : curves.entrySet()) {
            String kid = curve.getKey().toLowerCase(java.util.Locale.ROOT);
            for (int i = 0; i < 20; i++) { // numbers that begin with zeros come by chance
                String header = Issuer.header(curve.getKey(), kid).encode();
                assertThat(outcome(Issuer.token(header, claims, curve.getKey(), curve.getValue())))
                        .as(curve.getKey())
                        .isEqualTo("jwt:alice");
            }
        }
    }

    @Test
    void timesAreTakenToTheSecondOfTheLeeway() throws Exception {
        long leeway = Issuer.LEEWAY.toSeconds();
        JsonObject good = issuer.claims(NOW);

        assertThat(outcome(Issuer.rs256(good.copy().put("exp", NOW - leeway + 1))))
                .isEqualTo("jwt:alice");
        assertThat(outcome(Issuer.rs256(good.copy().put("exp", NOW - leeway)))).isEqualTo("token_expired");
        assertThat(outcome(Issuer.rs256(good.copy().put("exp", NOW + 0.5)))).isEqualTo("jwt:alice");
        assertThat(outcome(Issuer.rs256(good.copy().put("nbf", NOW + leeway)))).isEqualTo("jwt:alice");
        assertThat(outcome(Issuer.rs256(good.copy().put("nbf", NOW + leeway + 1))))
                .isEqualTo("invalid_token");
        assertThat(outcome(Issuer.rs256(good.copy().put("iat", NOW + leeway)))).isEqualTo("jwt:alice");
        assertThat(outcome(Issuer.rs256(good.copy().put("iat", NOW + leeway + 1))))
                .isEqualTo("invalid_token");
    }

    @Test
    void aTokenThatWasGoodEndsInTheCacheToo() throws Exception {
        String token = Issuer.rs256(issuer.claims(NOW).put("exp", NOW + 5));
        assertThat(outcome(token)).isEqualTo("jwt:alice");

        millis.set((NOW + 5 + Issuer.LEEWAY.toSeconds()) * 1000);

        assertThat(outcome(token)).isEqualTo("token_expired");
    }

    /** What a cache by a token's beginning would get wrong. */
    @Test
    void tokensThatBeginAlikeAreStillTwo() throws Exception {
        JsonObject alike = new JsonObject().put("pad", "x".repeat(300)).mergeIn(issuer.claims(NOW));
        String alice = Issuer.rs256(alike.copy().put("sub", "alice"));
        String bob = Issuer.rs256(alike.copy().put("sub", "bob"));
        String forged = alice.substring(0, alice.length() - 20) + "A".repeat(20);
        assertThat(alice.substring(0, 200)).isEqualTo(bob.substring(0, 200));

        for (int i = 0; i < 2; i++) {
            assertThat(outcome(alice)).isEqualTo("jwt:alice");
            assertThat(outcome(bob)).isEqualTo("jwt:bob");
            assertThat(outcome(forged)).isEqualTo("invalid_token");
        }
    }

    @Test
    void claimsSayWhoItIs() throws Exception {
        JsonObject claims = issuer.claims(NOW)
                .put("aud", new JsonArray().add("other").add(Issuer.AUDIENCE))
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

        Principal who = principal(Issuer.rs256(claims));

        assertThat(who.team()).isEqualTo("red");
        assertThat(who.models()).containsExactly("fast", "openai/*");
        assertThat(who.role()).isEqualTo(Role.OPERATOR);
        assertThat(principal(Issuer.rs256(issuer.claims(NOW))).role()).isEqualTo(Role.NONE);
        assertThat(principal(Issuer.rs256(issuer.claims(NOW))).models()).isEmpty();
        assertThat(outcome(Issuer.rs256(issuer.claims(NOW).put("tier", "gold"))))
                .isEqualTo("tier_unknown");
    }

    private Principal principal(String token) throws Exception {
        return AuthResult.caller(result(tokens.authenticate(token))).who();
    }

    /** The id of who got in, or the code of the refusal. */
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
