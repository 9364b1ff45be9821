package dev.sluice.model;

/**
 * 64-bit hashes that are the same in every process: FNV-1a, whose weak high bits are mixed by the end of MurmurHash3.
 * Against accidents, not against adversaries.
 */
public final class StableHash {

    /** What nothing hashes to. */
    public static final long EMPTY = 0xcbf29ce484222325L;

    private static final long PRIME = 0x100000001b3L;

    private StableHash() {}

    /** @param before the hash of what stands in front, or {@link #EMPTY} */
    public static long of(long before, byte[] bytes, int from, int to) {
        long hash = before;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * PRIME;
        }
        return hash;
    }

    public static long of(String text) {
        long hash = EMPTY;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return hash;
    }

    /** Spreads the bits: of two hashes that differ anywhere, half of the bits do. */
    public static long mix(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
