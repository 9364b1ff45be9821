package dev.sluice.binding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of one state of the config: a digest of the file's text and of everything that the environment and secret
 * files gave, so that a rotated key is a new revision although no letter of the file changed. Gives nothing of it away.
 */
public final class Revision {

    private static final int BYTES = 6;

    private final MessageDigest digest;

    public Revision(String text) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        add(text);
    }

    public void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        // A byte that UTF-8 never has: "ab", "c" is not "a", "bc".
        digest.update((byte) 0xff);
    }

    /** 12 hex digits. Only once: it ends the digest. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }
}
