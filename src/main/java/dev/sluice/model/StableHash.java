package dev.sluice.model;

/**
 * 64-bit hashes that are the same in every process: FNV-1a, and the finalizer of MurmurHash3 to mix its weak high bits.
 * Not resistant to deliberate collisions.
 */
public final class StableHash {

    /** The hash of no input. */
    public static final long EMPTY = 0xcbf29ce484222325L;

    private static final long PRIME = 0x100000001b3L;

    private StableHash() {}

    /** @param before the hash of the preceding bytes, or {@link #EMPTY} */
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

    /** Mixes the bits: inputs that differ in any bit give outputs that differ in about half of them. */
    public static long mix(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
