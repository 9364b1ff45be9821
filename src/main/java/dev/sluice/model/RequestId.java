package dev.sluice.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of requests: {@code req_} and a <a href="https://github.com/ulid/spec">ULID</a> in small letters, 48 bits of
 * milliseconds since the epoch and 80 random bits. So ids sort by time, and tell where in a ledger or log to look.
 * Unique, not secret.
 */
public final class RequestId {

    /** Crockford's: 5 bits a character, none that is easily misread. */
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

    /** When an id of ours was made; empty for one that a client has chosen. */
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

    /** The low bits, the highest of them first. */
    private static void fill(byte[] id, int at, int length, long bits) {
        for (int i = 0; i < length; i++) {
            id[at + i] = ALPHABET[(int) (bits >>> 5 * (length - 1 - i)) & 31];
        }
    }
}
