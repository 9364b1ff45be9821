package dev.sluice.auth.jwt;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of an issuer: one JWK Set (RFC 7517), reduced to the keys that may sign with an allowed algorithm. A changed
 * set is another object.
 */
final class JwkSet {

    /** Thrown by {@link #find} if no key has the token's kid: a new fetch may return it. */
    static final class UnknownKey extends Exception {

        private static final long serialVersionUID = 1L;

        UnknownKey() {
            super("no key of the issuer has this kid", null, false, false);
        }
    }

    private static final int MAX_KEYS = 100;

    private final byte[] source;
    private final List<VerificationKey> keys;

    private JwkSet(byte[] source, List<VerificationKey> keys) {
        this.source = source;
        this.keys = keys;
    }

    /**
     * Reads a set.
     *
     * @param algorithms names of the allowed ones
     * @throws TokenRejectedException if it is malformed or has no usable key
     */
    static JwkSet read(Vertx vertx, byte[] json, List<String> algorithms) throws TokenRejectedException {
        JsonObject set = StrictJson.object(json);
        if (set == null || !(set.getValue("keys") instanceof JsonArray array)) {
            throw new TokenRejectedException("is not a JWK Set (expected: a JSON object with keys)");
        }
        if (array.size() > MAX_KEYS) {
            throw new TokenRejectedException("has " + array.size() + " keys (expected: up to " + MAX_KEYS + ")");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (array.getValue(i) instanceof JsonObject jwk) {
                keys.addAll(VerificationKey.of(vertx, jwk, algorithms));
            }
        }
        if (keys.isEmpty()) {
            throw new TokenRejectedException(
                    "has no usable key (expected: RSA of 2048 bits or more, or EC, for signatures by "
                            + String.join(", ", algorithms) + ")");
        }
        return new JwkSet(json, keys);
    }

    boolean readFrom(byte[] json) {
        return MessageDigest.isEqual(source, json);
    }

    /**
     * The key that must have signed a token. A token without a kid needs an issuer with a single key; a kid of several
     * keys is refused.
     */
    VerificationKey find(SignedToken token) throws UnknownKey, TokenRejectedException {
        if (token.kid() == null) {
            List<VerificationKey> able = keys.stream()
                    .filter(key -> key.algorithm() == token.algorithm())
                    .toList();
            if (able.size() != 1 || keys.stream().anyMatch(key -> !key.sameAs(able.get(0)))) {
                throw new TokenRejectedException("it has no kid, and the issuer has more than one key");
            }
            return able.get(0);
        }
        List<VerificationKey> named =
                keys.stream().filter(key -> token.kid().equals(key.kid())).toList();
        if (named.isEmpty()) {
            throw new UnknownKey();
        }
        List<VerificationKey> able = named.stream()
                .filter(key -> key.algorithm() == token.algorithm())
                .toList();
        if (able.size() != 1 || named.stream().anyMatch(key -> !key.sameAs(able.get(0)))) {
            throw new TokenRejectedException(
                    able.isEmpty() ? "alg is not that of its key" : "several keys of the issuer have its kid");
        }
        return able.get(0);
    }

    int size() {
        return (int) keys.stream().map(VerificationKey::number).distinct().count();
    }

    @Override
    public String toString() {
        return size() + " keys";
    }
}
