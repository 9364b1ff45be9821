package dev.sluice.auth.jwt;

/**
 * The signature algorithms that are supported: asymmetric ones only, so that a public key never serves as a shared
 * secret.
 *
 * <p>Sizes of elliptic signatures are those of RFC 7518, section 3.4: two numbers of the curve's size.
 */
enum SigningAlgorithm {
    RS256("RSA", null, 0),
    RS384("RSA", null, 0),
    RS512("RSA", null, 0),
    PS256("RSA", null, 0),
    PS384("RSA", null, 0),
    PS512("RSA", null, 0),
    ES256("EC", "P-256", 64),
    ES384("EC", "P-384", 96),
    ES512("EC", "P-521", 132);

    final String kty;
    /** Null for RSA. */
    final String curve;
    /** Zero for RSA, whose signatures are as long as the key. */
    final int signatureBytes;

    SigningAlgorithm(String kty, String curve, int signatureBytes) {
        this.kty = kty;
        this.curve = curve;
        this.signatureBytes = signatureBytes;
    }

    /** By its exact name, or null. */
    static SigningAlgorithm of(Object name) {
        for (SigningAlgorithm algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return algorithm;
            }
        }
        return null;
    }
}
