package dev.sluice.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.auth.TestIssuer;
import dev.sluice.auth.keys.AuthResult;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.KeyPair;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class JwksCacheTest {

    private static final long NOW = 1_770_000_000;

    private final AtomicReference<SluiceConfig> config = new AtomicReference<>();
    private final AtomicLong later = new AtomicLong();
    private Vertx vertx;
    private TestIssuer issuer;
    private JwtProvider tokens;
    private String good;

    @BeforeEach
    void begin(Vertx vertx) throws Exception {
        this.vertx = vertx;
        issuer = new TestIssuer(vertx);
        good = TestIssuer.rs256(issuer.claims(NOW));
        config.set(issuer.config("RS256"));
    }

    private void start() throws Exception {
        JwksCache jwksCache = new JwksCache(vertx, config::get, () -> System.nanoTime() + later.get());
        tokens = new JwtProvider(config::get, jwksCache, () -> NOW * 1000);
        jwksCache.start().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void malformedKeySetsAre503UntilTheIssuerRecovers() throws Exception {
        Map<String, Handler<HttpServerRequest>> responses = new LinkedHashMap<>();
        responses.put("empty set", json("{\"keys\":[]}"));
        responses.put("no set", json("[]"));
        responses.put("half a set", json("{\"keys\":[{"));
        responses.put("nothing of use", json("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"rsa\"},7,null]}"));
        responses.put(
                "HTML",
                request -> request.response()
                        .putHeader("content-type", "text/html")
                        .end("<html>" + issuer.set.get() + "</html>"));
        responses.put(
                "no type", request -> request.response().end(issuer.set.get().toBuffer()));
        responses.put(
                "500",
                request -> request.response()
                        .setStatusCode(500)
                        .putHeader("content-type", "application/json")
                        .end(issuer.set.get().toBuffer()));
        responses.put("redirect", request -> {
            if (request.path().equals("/keys")) {
                request.response()
                        .setStatusCode(302)
                        .putHeader("location", "/elsewhere")
                        .end();
            } else {
                issuer.serveKeys(request);
            }
        });
        responses.put(
                "too large",
                request -> request.response()
                        .putHeader("content-type", "application/json")
                        .end(issuer.set
                                .get()
                                .put("pad", "x".repeat(JwksClient.MAX_BYTES))
                                .toBuffer()));
        responses.put("cut off", request -> {
            request.response()
                    .putHeader("content-type", "application/json")
                    .setChunked(true)
                    .write("{\"keys\":");
            request.connection().close();
        });
        for (Map.Entry<String, Handler<HttpServerRequest>> each : responses.entrySet()) {
            issuer.response.set(each.getValue());
            start();

            assertThat(outcome(good)).as(each.getKey()).isEqualTo("jwks_unavailable");

            issuer.set.get().remove("pad");
            issuer.response.set(issuer::serveKeys);
            later.addAndGet(Duration.ofSeconds(2).toNanos());
            assertThat(outcome(good)).as("after " + each.getKey()).isEqualTo("jwt:alice");
        }
    }

    @Test
    void aSilentIssuerIs503AfterTwoSeconds() throws Exception {
        issuer.response.set(request -> request.response().setChunked(true).write(" "));
        long begun = System.nanoTime();
        start();

        assertThat(outcome(good)).isEqualTo("jwks_unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void anIssuerThatIsDownIs503() throws Exception {
        config.set(issuer.configAt("http://127.0.0.1:1/keys", "RS256"));
        start();

        assertThat(outcome(good)).isEqualTo("jwks_unavailable");
    }

    /** The fetch fails before it is sent. */
    @Test
    void anIssuerThatMayNotBeFetchedIs503AtOnce() throws Exception {
        config.set(issuer.configAt("http://issuer.example/keys", "RS256"));
        start();

        assertThat(outcome(good)).isEqualTo("jwks_unavailable");
        later.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(outcome(good)).isEqualTo("jwks_unavailable");
    }

    @Test
    void discoveryRequiresTheSameIssuer() throws Exception {
        config.set(issuer.configAt(null, "RS256"));
        start();
        assertThat(outcome(good)).isEqualTo("jwt:alice");

        issuer.response.set(request -> {
            if (request.path().startsWith("/.well-known")) {
                json(new JsonObject()
                                .put("issuer", "http://127.0.0.1:1")
                                .put("jwks_uri", issuer.url() + "/keys")
                                .encode())
                        .handle(request);
            } else {
                issuer.serveKeys(request);
            }
        });
        start();
        assertThat(outcome(good)).isEqualTo("jwks_unavailable");
    }

    @Test
    void anUnknownKeyIsFetchedAndARemovedOneIsRefused() throws Exception {
        start();
        assertThat(outcome(good)).isEqualTo("jwt:alice");
        KeyPair next = TestIssuer.rsa(2048);
        issuer.set.set(TestIssuer.set(TestIssuer.jwk("next", next)));
        String newer = TestIssuer.token(
                TestIssuer.header("RS256", "next").encode(), issuer.claims(NOW).encode(), "RS256", next);

        assertThat(outcome(newer)).as("within ten seconds").isEqualTo("invalid_token");
        later.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(outcome(newer)).isEqualTo("jwt:alice");

        assertThat(outcome(good)).as("rotated out, though it was cached").isEqualTo("invalid_token");
    }

    @Test
    void unknownKeysAreFetchedAtALimitedRate() throws Exception {
        start();
        later.addAndGet(Duration.ofSeconds(11).toNanos());
        int before = issuer.asked.get();

        for (int i = 0; i < 50; i++) {
            assertThat(outcome(TestIssuer.token(
                            TestIssuer.header("RS256", "k" + i).encode(),
                            issuer.claims(NOW).encode(),
                            "RS256",
                            TestIssuer.RSA)))
                    .isEqualTo("invalid_token");
        }

        assertThat(issuer.asked.get() - before).isEqualTo(1);
    }

    @Test
    void theLastKeysStayInUseForADayWhileTheIssuerFails() throws Exception {
        start();
        issuer.response.set(json("{\"keys\":[]}"));
        int before = issuer.asked.get();
        later.addAndGet(Duration.ofHours(23).toNanos());
        await().until(() -> issuer.asked.get() > before);

        assertThat(outcome(good)).isEqualTo("jwt:alice");
        later.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(outcome(good)).isEqualTo("jwks_unavailable");
    }

    private static Handler<HttpServerRequest> json(String body) {
        return request ->
                request.response().putHeader("content-type", "application/json").end(body);
    }

    private String outcome(String token) throws Exception {
        try {
            return AuthResult.caller(tokens.authenticate(token)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .principal()
                    .id();
        } catch (ExecutionException refused) {
            return refused.getCause() instanceof GatewayException ours
                    ? ours.error().code()
                    : String.valueOf(refused.getCause());
        }
    }
}
