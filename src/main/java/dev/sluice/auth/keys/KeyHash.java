package dev.sluice.auth.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * The hash under which a virtual key is stored: {@code hmac-sha256:<salt>:<hash>}, salt 16 bytes, hash 32 bytes, both
 * lower-case hex, where
 *
 * <pre>
 *   key  = HMAC-SHA-256(pepper, "sluice virtual key 1")
 *   hash = HMAC-SHA-256(key, salt || secret)          secret: the ASCII characters after the id
 * </pre>
 *
 * One round is enough, and slow password hashes would be wrong here: the secret is 256 random bits, which cannot be
 * guessed, and it is checked on every request.
 */
public record KeyHash(byte[] salt, byte[] hash) {

    static final int SALT_BYTES = 16;
    static final int HASH_BYTES = 32;

    private static final String SCHEME = "hmac-sha256";
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] PURPOSE = "sluice virtual key 1".getBytes(StandardCharsets.US_ASCII);
    private static final HexFormat HEX = HexFormat.of();

    public static KeyHash parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3
                || !parts[0].equals(SCHEME)
                || parts[1].length() != 2 * SALT_BYTES
                || parts[2].length() != 2 * HASH_BYTES) {
            throw new IllegalArgumentException("auth.keys: invalid hash (expected: " + SCHEME
                    + ":<32 hex digits>:<64 hex digits>, as printed by: keys create)");
        }
        return new KeyHash(HEX.parseHex(parts[1]), HEX.parseHex(parts[2]));
    }

    static KeyHash of(byte[] salt, String secret, String pepper) {
        return new KeyHash(
                salt, new Hasher(pepperKey(pepper)).hash(salt, secret, 0).clone());
    }

    /** The pepper never keys the hash of a secret itself, so that other uses of the pepper get other keys. */
    static byte[] pepperKey(String pepper) {
        return hmac(pepper.getBytes(StandardCharsets.UTF_8)).doFinal(PURPOSE);
    }

    /** Takes the same time wherever the first difference is. */
    boolean matches(byte[] candidate) {
        return MessageDigest.isEqual(hash, candidate);
    }

    String text() {
        return SCHEME + ":" + HEX.formatHex(salt) + ":" + HEX.formatHex(hash);
    }

    /** Hashes secrets with one {@link Mac}, which is not thread safe: confine it to a thread. */
    static final class Hasher {

        private final Mac mac;
        private final byte[] input = new byte[SALT_BYTES + KeyToken.SECRET_LENGTH];
        private final byte[] hash = new byte[HASH_BYTES];

        Hasher(byte[] pepperKey) {
            this.mac = hmac(pepperKey);
        }

        /**
         * The hash of the secret that begins at {@code start} of {@code text}. The array is reused by the next call.
         */
        byte[] hash(byte[] salt, String text, int start) {
            System.arraycopy(salt, 0, input, 0, SALT_BYTES);
            for (int i = 0; i < KeyToken.SECRET_LENGTH; i++) {
                input[SALT_BYTES + i] = (byte) text.charAt(start + i);
            }
            mac.update(input);
            try {
                mac.doFinal(hash, 0);
            } catch (ShortBufferException impossible) {
                throw new IllegalStateException(impossible);
            }
            return hash;
        }
    }

    private static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM + ", which every Java must have", e);
        }
    }
}
