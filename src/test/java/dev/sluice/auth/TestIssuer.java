package dev.sluice.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.config.AuthConfig;
import dev.sluice.config.JwtConfig;
import dev.sluice.config.SluiceConfig;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A local OpenID Connect issuer that signs any claims. */
public final class TestIssuer {

    public static final String AUDIENCE = "sluice-gateway";
    public static final Duration LEEWAY = Duration.ofSeconds(30);
    public static final KeyPair RSA = rsa(2048);
    public static final KeyPair EC = ec("secp256r1");

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    public final AtomicInteger asked = new AtomicInteger();
    public final AtomicReference<JsonObject> set = new AtomicReference<>();
    public final AtomicReference<Handler<HttpServerRequest>> response = new AtomicReference<>(this::serveKeys);
    private final int port;

    public TestIssuer(Vertx vertx) throws Exception {
        set.set(set(jwk("rsa", RSA), jwk("ec", EC)));
        port = vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.incrementAndGet();
                    response.get().handle(request);
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Responds with the key set or the discovery document. */
    public void serveKeys(HttpServerRequest request) {
        JsonObject body = request.path().equals("/.well-known/openid-configuration")
                ? new JsonObject().put("issuer", url()).put("jwks_uri", url() + "/keys")
                : set.get();
        request.response()
                .putHeader("content-type", "application/json; charset=utf-8")
                .end(body.toBuffer());
    }

    public SluiceConfig config(String... algorithms) {
        return configAt(url() + "/keys", algorithms);
    }

    /** @param jwks null for discovery */
    public SluiceConfig configAt(String jwks, String... algorithms) {
        return TestKeys.sluiceConfig(
                new AuthConfig(
                        List.of(),
                        new JwtConfig(
                                url(),
                                AUDIENCE,
                                jwks,
                                List.of(algorithms),
                                LEEWAY,
                                Duration.ofMinutes(10),
                                new JwtConfig.Claims("sub", "team", "tier", "models", "realm.roles")),
                        null,
                        false),
                Map.of());
    }

    /** The claims of an accepted caller. */
    public JsonObject claims(long nowSeconds) {
        return new JsonObject()
                .put("iss", url())
                .put("aud", AUDIENCE)
                .put("sub", "alice")
                .put("iat", nowSeconds)
                .put("exp", nowSeconds + 300);
    }

    public static JsonObject header(String algorithm, String kid) {
        return new JsonObject().put("alg", algorithm).put("typ", "JWT").put("kid", kid);
    }

    public static String rs256(JsonObject claims) {
        return token(header("RS256", "rsa").encode(), claims.encode(), "RS256", RSA);
    }

    /** Signed with the given algorithm and key, whatever the header says. */
    public static String token(String header, String claims, String algorithm, KeyPair key) {
        String input = part(header.getBytes(UTF_8)) + "." + part(claims.getBytes(UTF_8));
        return input + "." + part(sign(input, algorithm, key));
    }

    static String part(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }

    static byte[] sign(String input, String algorithm, KeyPair key) {
        String bits = algorithm.substring(2);
        try {
            Signature signature = switch (algorithm.substring(0, 2)) {
                case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
                case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
                case "DR" -> Signature.getInstance("SHA" + bits + "withECDSA");
                default -> pss(bits);
            };
            signature.initSign(key.getPrivate());
            signature.update(input.getBytes(US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Signature pss(String bits) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(
                "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), Integer.parseInt(bits) / 8, 1));
        return signature;
    }

    public static JsonObject set(JsonObject... keys) {
        return new JsonObject().put("keys", new JsonArray(List.of((Object[]) keys)));
    }

    public static JsonObject jwk(String kid, KeyPair key) {
        JsonObject jwk = new JsonObject().put("kid", kid).put("use", "sig");
        if (key.getPublic() instanceof RSAPublicKey rsa) {
            return jwk.put("kty", "RSA")
                    .put("n", part(unsigned(rsa.getModulus(), 0)))
                    .put("e", part(unsigned(rsa.getPublicExponent(), 0)));
        }
        ECPublicKey ec = (ECPublicKey) key.getPublic();
        int bits = ec.getParams().getCurve().getField().getFieldSize();
        int size = (bits + 7) / 8;
        return jwk.put("kty", "EC")
                .put("crv", "P-" + bits)
                .put("x", part(unsigned(ec.getW().getAffineX(), size)))
                .put("y", part(unsigned(ec.getW().getAffineY(), size)));
    }

    private static byte[] unsigned(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        int length = Math.max(size, bytes.length - from);
        byte[] result = new byte[length];
        System.arraycopy(bytes, from, result, length - (bytes.length - from), bytes.length - from);
        return result;
    }

    public static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
