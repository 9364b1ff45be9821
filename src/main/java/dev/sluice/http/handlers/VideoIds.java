package dev.sluice.http.handlers;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Principal;
import dev.sluice.protocol.media.VideoId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Authenticates the ids of videos for one caller. A signed id is the {@link VideoId} and two tags of 96 bits: that of
 * the id, and that of the id with its owner. Nothing is stored.
 */
final class VideoIds {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int TAG_BYTES = 12;
    private static final int TAG_LENGTH = 16;

    private final byte[] secret;
    private final Principal caller;

    VideoIds(byte[] secret, Principal caller) {
        this.secret = secret;
        this.caller = caller;
    }

    /** Returns the response to the creation of a video with its id signed for the caller. */
    ByteSlice sign(ByteSlice response) {
        return VideoId.replaceId(response, id -> id + tag(id) + tag(owned(id)));
    }

    /** @throws dev.sluice.model.GatewayException NOT_FOUND when the id is forged, or of another owner */
    VideoId verify(String signed) {
        int end = Math.max(0, signed.length() - 2 * TAG_LENGTH);
        String id = signed.substring(0, end);
        boolean genuine = equal(tag(id), signed.substring(end, Math.min(signed.length(), end + TAG_LENGTH)))
                && (caller.seesAllResources() || equal(tag(owned(id)), signed.substring(end + TAG_LENGTH)));
        return VideoId.decode(genuine ? id : "");
    }

    private String owned(String id) {
        return caller.owner() + "\n" + id;
    }

    private static boolean equal(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private String tag(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] whole = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(whole, TAG_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
