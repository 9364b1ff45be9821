package dev.sluice.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches bytes of JSON. Eight bytes are read at a time, because prompts consist of strings. */
public final class StringBytes {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EVERY_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final int SPACE = ' ';
    /** Below every byte. */
    private static final int BELOW_EVERY_BYTE = Byte.MIN_VALUE - 1;

    private StringBytes() {}

    /** The position of the next quote or backslash; the string must end before {@code to}. */
    public static int nextSpecial(byte[] bytes, int from, int to) {
        return next(bytes, from, to, BELOW_EVERY_BYTE);
    }

    /** The position of the next quote, backslash, space or control character; a non-ASCII byte counts as well. */
    public static int nextSpecialOrSpace(byte[] bytes, int from, int to) {
        return next(bytes, from, to, SPACE);
    }

    /** The position of the next quote before {@code to}, else {@code to}. */
    public static int nextQuote(byte[] bytes, int from, int to) {
        int i = from;
        while (to - i >= Long.BYTES) {
            long hit = zeros((long) LONGS.get(bytes, i) ^ ('"' * EVERY_BYTE)) & HIGH_BITS;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < to && bytes[i] != '"') {
            i++;
        }
        return i;
    }

    private static int next(byte[] bytes, int from, int to, int limit) {
        int i = from;
        while (to - i >= Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long hit = zeros(word ^ ('"' * EVERY_BYTE)) | zeros(word ^ ('\\' * EVERY_BYTE));
            if (limit == SPACE) {
                hit |= (word - (SPACE + 1) * EVERY_BYTE) & ~word | word;
            }
            hit &= HIGH_BITS;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
            i += Long.BYTES;
        }
        while (bytes[i] != '"' && bytes[i] != '\\' && bytes[i] > limit) {
            i++;
        }
        return i;
    }

    /** Sets the high bit of the first byte that is zero, and perhaps of later ones. */
    private static long zeros(long word) {
        return (word - EVERY_BYTE) & ~word;
    }
}
