package dev.sluice.binding;

import dev.sluice.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The revision of a configuration: a digest of the file's text and of all values from the environment and secret files,
 * so that a rotated key is a new revision although the file did not change. The digest reveals none of them.
 */
public final class Revision {

    private static final int BYTES = 6;

    private final MessageDigest digest = Sha256.digest();

    public Revision(String text) {
        add(text);
    }

    public void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        // A separator that UTF-8 never contains: "ab", "c" differs from "a", "bc".
        digest.update((byte) 0xff);
    }

    /** Returns 12 hex digits and ends the digest: call it once. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }
}
