package dev.sluice.store.journal;

import java.util.zip.CRC32C;

/**
 * The frame format of segments: after a header of 32 bytes, each row starts at a multiple of 8 with one word, which has
 * its length and checksum and is written last. A word of zero marks an unfinished row.
 *
 * <p>The checksum covers the segment's salt and the row's position, so that text in a row, which users can influence,
 * is never mistaken for a row.
 */
final class Frames {

    static final int HEADER = 32;
    static final int WORD = 8;
    static final long MAGIC = 0x536c7569636a0001L;

    private Frames() {}

    /** The size in bytes of the frame of a row with this length. */
    static int size(int length) {
        return WORD + ((length + WORD - 1) & -WORD);
    }

    static long word(int length, int checksum) {
        return (long) length << 32 | checksum & 0xffffffffL;
    }

    static int length(long word) {
        return (int) (word >>> 32);
    }

    static int checksum(CRC32C crc, long salt, int position, byte[] bytes, int from, int length) {
        crc.reset();
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (salt >>> shift));
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            crc.update(position >>> shift);
        }
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
