package dev.sluice.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Request ids: {@code req_} and a <a href="https://github.com/ulid/spec">ULID</a> in lower case, which has 48 bits of
 * milliseconds since the epoch and 80 random bits. Ids sort by time, which narrows searches in ledger and logs. Unique,
 * not secret.
 */
public final class RequestId {

    /** Crockford's Base32 alphabet: 5 bits per character, without easily confused characters. */
    private static final byte[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".getBytes(StandardCharsets.US_ASCII);

    private static final String PREFIX = "req_";
    private static final int TIME = 10;
    private static final int LENGTH = PREFIX.length() + 26;

    private RequestId() {}

    public static String next() {
        return of(System.currentTimeMillis());
    }

    static String of(long epochMillis) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] id = Arrays.copyOf(PREFIX.getBytes(StandardCharsets.US_ASCII), LENGTH);
        fill(id, PREFIX.length(), TIME, epochMillis);
        fill(id, PREFIX.length() + TIME, 8, random.nextLong());
        fill(id, LENGTH - 8, 8, random.nextLong());
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    /** The creation time of an id made by Sluice; empty for an id chosen by a client. */
    public static OptionalLong epochMillis(String id) {
        if (id.length() != LENGTH || !id.startsWith(PREFIX)) {
            return OptionalLong.empty();
        }
        long time = 0;
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            int bits = Arrays.binarySearch(ALPHABET, (byte) id.charAt(i));
            if (bits < 0) {
                return OptionalLong.empty();
            }
            time = i < PREFIX.length() + TIME ? time << 5 | bits : time;
        }
        return OptionalLong.of(time);
    }

    /** Writes the lowest {@code 5 * length} bits, most significant first. */
    private static void fill(byte[] id, int at, int length, long bits) {
        for (int i = 0; i < length; i++) {
            id[at + i] = ALPHABET[(int) (bits >>> 5 * (length - 1 - i)) & 31];
        }
    }
}
