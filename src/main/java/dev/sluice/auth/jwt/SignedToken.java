package dev.sluice.auth.jwt;

import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;

/**
 * A parsed JWT whose signature is not verified yet: three parts in canonical base64url, a header with an allowed
 * algorithm and no other demands, and claims.
 *
 * @param kid null if the header has none
 */
record SignedToken(String text, SigningAlgorithm algorithm, String kid, JsonObject claims, int signatureBytes) {

    /** In characters: as much as all headers of one request may have. */
    static final int MAX_LENGTH = 16 * 1024;

    private static final int MAX_KID = 256;
    /** Headers that carry keys, and ones that a reader must understand or refuse (RFC 7515, 4.1.11). */
    private static final List<String> REFUSED_HEADERS =
            List.of("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "epk", "nonce");

    /**
     * Parses a token.
     *
     * @param allowed names of algorithms
     */
    static SignedToken read(String token, List<String> allowed) throws TokenRejectedException {
        if (token.length() > MAX_LENGTH) {
            throw new TokenRejectedException("longer than " + MAX_LENGTH + " characters");
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
            throw new TokenRejectedException("it has not exactly three parts");
        }
        JsonObject header = StrictJson.object(bytes(token, 0, first));
        JsonObject claims = StrictJson.object(bytes(token, first + 1, second));
        int signature = bytes(token, second + 1, token.length()).length;
        if (header == null || claims == null) {
            throw new TokenRejectedException(
                    "header or claims are invalid (expected: JSON objects without repeated names)");
        }
        return new SignedToken(token, algorithm(header, allowed), kid(header), claims, signature);
    }

    private static SigningAlgorithm algorithm(JsonObject header, List<String> allowed) throws TokenRejectedException {
        for (String name : REFUSED_HEADERS) {
            if (header.containsKey(name)) {
                throw new TokenRejectedException("its header has " + name);
            }
        }
        Object type = header.getValue("typ");
        if (header.containsKey("typ")
                && !(type instanceof String word
                        && (word.equalsIgnoreCase("JWT") || word.equalsIgnoreCase("at+jwt")))) {
            throw new TokenRejectedException("typ of its header is neither JWT nor at+jwt");
        }
        SigningAlgorithm algorithm = SigningAlgorithm.of(header.getValue("alg"));
        if (algorithm == null || !allowed.contains(algorithm.name())) {
            throw new TokenRejectedException("alg is not in auth.jwt.algorithms");
        }
        return algorithm;
    }

    private static String kid(JsonObject header) throws TokenRejectedException {
        if (!header.containsKey("kid")) {
            return null;
        }
        if (header.getValue("kid") instanceof String kid && !kid.isEmpty() && kid.length() <= MAX_KID) {
            return kid;
        }
        throw new TokenRejectedException("kid is invalid (expected: a string of 1 to " + MAX_KID + " characters)");
    }

    private static byte[] bytes(String token, int from, int to) throws TokenRejectedException {
        String part = token.substring(from, to);
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(part);
            // With padding and stray bits one token would have several forms.
            if (decoded.length > 0
                    && Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(decoded)
                            .equals(part)) {
                return decoded;
            }
        } catch (IllegalArgumentException notBase64) {
            // as below
        }
        throw new TokenRejectedException("a part is invalid (expected: base64url without padding)");
    }

    /** Contains nothing of the token. */
    @Override
    public String toString() {
        return "SignedToken[" + algorithm + "]";
    }
}
