package dev.sluice.auth.jwt;

import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;

/**
 * A JWT taken apart, its signature not looked at yet: three parts in canonical base64url, a header that asks for
 * nothing but one of our algorithms, and claims.
 *
 * @param kid null when the header names no key
 */
record SignedToken(String text, SigningAlgorithm algorithm, String kid, JsonObject claims, int signatureBytes) {

    /** Longer ones are not looked at. A header line of Sluice's is as long at most. */
    static final int MAX_LENGTH = 16 * 1024;

    private static final int MAX_KID = 256;
    /** Keys that the token brings along, and demands that a reader must understand or refuse (RFC 7515, 4.1.11). */
    private static final List<String> NOT_TAKEN =
            List.of("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "epk", "nonce");

    /**
     * Takes a token apart.
     *
     * @param taken names of algorithms
     */
    static SignedToken read(String token, List<String> taken) throws TokenRejectedException {
        if (token.length() > MAX_LENGTH) {
            throw new TokenRejectedException("longer than " + MAX_LENGTH + " characters");
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
            throw new TokenRejectedException("not three parts");
        }
        JsonObject header = StrictJson.object(bytes(token, 0, first));
        JsonObject claims = StrictJson.object(bytes(token, first + 1, second));
        int signature = bytes(token, second + 1, token.length()).length;
        if (header == null || claims == null) {
            throw new TokenRejectedException("header or claims are no JSON object without repeated names");
        }
        return new SignedToken(token, algorithm(header, taken), kid(header), claims, signature);
    }

    private static SigningAlgorithm algorithm(JsonObject header, List<String> taken) throws TokenRejectedException {
        for (String name : NOT_TAKEN) {
            if (header.containsKey(name)) {
                throw new TokenRejectedException("header has " + name);
            }
        }
        Object type = header.getValue("typ");
        if (header.containsKey("typ")
                && !(type instanceof String word
                        && (word.equalsIgnoreCase("JWT") || word.equalsIgnoreCase("at+jwt")))) {
            throw new TokenRejectedException("header's typ is neither JWT nor at+jwt");
        }
        SigningAlgorithm algorithm = SigningAlgorithm.of(header.getValue("alg"));
        if (algorithm == null || !taken.contains(algorithm.name())) {
            throw new TokenRejectedException("alg is none of auth.jwt.algorithms");
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
        throw new TokenRejectedException("kid is no text of 1 to " + MAX_KID + " characters");
    }

    private static byte[] bytes(String token, int from, int to) throws TokenRejectedException {
        String part = token.substring(from, to);
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(part);
            // Padding and stray bits would let one token be written in several ways.
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
        throw new TokenRejectedException("a part is empty or no base64url without padding");
    }

    /** Nothing of the token. */
    @Override
    public String toString() {
        return "SignedToken[" + algorithm + "]";
    }
}
