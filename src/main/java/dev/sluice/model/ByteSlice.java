package dev.sluice.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A view of a range of a byte array, without a copy. The array must not be modified while a slice of it is in use. */
public record ByteSlice(byte[] array, int offset, int length) {

    public static final ByteSlice EMPTY = new ByteSlice(new byte[0], 0, 0);

    public ByteSlice {
        if ((offset | length | (array.length - offset - length)) < 0) {
            throw new IndexOutOfBoundsException("slice " + offset + "+" + length + " of " + array.length + " bytes");
        }
    }

    public static ByteSlice of(byte[] bytes) {
        return new ByteSlice(bytes, 0, bytes.length);
    }

    public static ByteSlice of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The position in {@link #array} after the last byte. */
    public int end() {
        return offset + length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public byte[] toBytes() {
        return Arrays.copyOfRange(array, offset, end());
    }

    public String toText() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /** Returns a copy in which {@code by} replaces a span, given as positions in {@link #array}. */
    public ByteSlice replaced(int from, int to, ByteSlice by) {
        byte[] bytes = new byte[length - (to - from) + by.length];
        int before = from - offset;
        System.arraycopy(array, offset, bytes, 0, before);
        System.arraycopy(by.array, by.offset, bytes, before, by.length);
        System.arraycopy(array, to, bytes, before + by.length, end() - to);
        return of(bytes);
    }

    /** Returns a copy of all parts in one array. */
    public static ByteSlice joined(List<ByteSlice> parts) {
        int size = 0;
        for (ByteSlice part : parts) {
            size = Math.addExact(size, part.length);
        }
        byte[] bytes = new byte[size];
        int at = 0;
        for (ByteSlice part : parts) {
            System.arraycopy(part.array, part.offset, bytes, at, part.length);
            at += part.length;
        }
        return of(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteSlice that
                && Arrays.equals(array, offset, end(), that.array, that.offset, that.end());
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < end(); i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** Prints the length only: the bytes may be a prompt. */
    @Override
    public String toString() {
        return length + " bytes";
    }
}
