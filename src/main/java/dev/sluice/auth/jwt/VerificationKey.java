package dev.sluice.auth.jwt;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A public key with one algorithm. vertx-auth-jwt verifies the signature; it gets only this key and this algorithm, and
 * only the numbers of the JWK, so that no other content of a token or a set, such as {@code x5c}, can select another
 * key.
 *
 * @param number identifies the JWK, even among equal ones
 */
record VerificationKey(String kid, SigningAlgorithm algorithm, int signatureBytes, JWTAuth verifier, long number) {

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    /** 2^16 + 1 is the usual exponent; a huge one makes verification slow. */
    private static final int MIN_EXPONENT_BITS = 17;

    private static final int MAX_EXPONENT_BITS = 64;

    /** One for each algorithm that the JWK may sign with; none if the JWK is not usable. */
    static List<VerificationKey> of(Vertx vertx, JsonObject jwk, List<String> algorithms) {
        List<VerificationKey> keys = new ArrayList<>();
        JsonObject numbers = numbers(jwk);
        if (numbers == null || !forSignatures(jwk)) {
            return keys;
        }
        long number = NUMBERS.incrementAndGet();
        for (String name : algorithms) {
            SigningAlgorithm algorithm = SigningAlgorithm.of(name);
            boolean fits = algorithm != null
                    && algorithm.kty.equals(jwk.getValue("kty"))
                    && (algorithm.curve == null || algorithm.curve.equals(jwk.getValue("crv")))
                    && (!jwk.containsKey("alg") || name.equals(jwk.getValue("alg")));
            JWTAuth verifier = fits ? verifier(vertx, numbers.copy().put("alg", name)) : null;
            if (verifier != null) {
                int bytes = algorithm.signatureBytes > 0 ? algorithm.signatureBytes : bytes(jwk, "n");
                keys.add(new VerificationKey(kid(jwk), algorithm, bytes, verifier, number));
            }
        }
        return keys;
    }

    boolean sameAs(VerificationKey other) {
        return number == other.number;
    }

    /** Whether the token was signed by this key. */
    boolean verifies(SignedToken token) {
        if (token.signatureBytes() != signatureBytes) {
            return false;
        }
        try {
            return verifier.authenticate(new TokenCredentials(token.text())).succeeded();
        } catch (RuntimeException malformed) {
            return false; // such as for an exp that is null
        }
    }

    private static JWTAuth verifier(Vertx vertx, JsonObject jwk) {
        try {
            return JWTAuth.create(
                    vertx,
                    new JWTAuthOptions()
                            .addJwk(jwk)
                            // JwtClaims checks the times, with a clock that tests can set.
                            .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)));
        } catch (RuntimeException unusable) {
            return null;
        }
    }

    /**
     * The numbers of a key that is large enough, or null. Private and shared keys are refused: they must not be
     * published.
     */
    private static JsonObject numbers(JsonObject jwk) {
        if (jwk.containsKey("d") || jwk.containsKey("k")) {
            return null;
        }
        JsonObject numbers = new JsonObject().put("kty", jwk.getValue("kty"));
        if ("RSA".equals(jwk.getValue("kty"))) {
            BigInteger modulus = number(jwk, "n");
            BigInteger exponent = number(jwk, "e");
            boolean fine = modulus != null
                    && exponent != null
                    && modulus.bitLength() >= MIN_RSA_BITS
                    && modulus.bitLength() <= MAX_RSA_BITS
                    && exponent.testBit(0)
                    && exponent.bitLength() >= MIN_EXPONENT_BITS
                    && exponent.bitLength() <= MAX_EXPONENT_BITS;
            return fine ? numbers.put("n", jwk.getValue("n")).put("e", jwk.getValue("e")) : null;
        }
        if ("EC".equals(jwk.getValue("kty")) && number(jwk, "x") != null && number(jwk, "y") != null) {
            return numbers.put("crv", jwk.getValue("crv"))
                    .put("x", jwk.getValue("x"))
                    .put("y", jwk.getValue("y"));
        }
        return null;
    }

    private static boolean forSignatures(JsonObject jwk) {
        boolean use = !jwk.containsKey("use") || "sig".equals(jwk.getValue("use"));
        boolean operations = !jwk.containsKey("key_ops")
                || jwk.getValue("key_ops") instanceof JsonArray array && array.contains("verify");
        return use && operations;
    }

    private static String kid(JsonObject jwk) {
        return jwk.getValue("kid") instanceof String kid && !kid.isEmpty() ? kid : null;
    }

    private static int bytes(JsonObject jwk, String field) {
        return (number(jwk, field).bitLength() + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static BigInteger number(JsonObject jwk, String field) {
        if (!(jwk.getValue(field) instanceof String text)) {
            return null;
        }
        try {
            return new BigInteger(1, Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    @Override
    public String toString() {
        return "VerificationKey[" + algorithm + "]";
    }
}
