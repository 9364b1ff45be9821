package dev.sluice.protocol.sse;

import dev.sluice.model.ByteSlice;
import java.io.ByteArrayOutputStream;

/**
 * Collects the bytes that pass through to the client: a view while they are one contiguous run of the chunk, a copy
 * once bytes were left out or inserted.
 */
public final class PassedBytes {

    private byte[] array;
    private int start;
    private int end;
    private ByteArrayOutputStream copy;

    public void reset(byte[] array) {
        this.array = array;
        this.start = 0;
        this.end = 0;
    }

    /** Passes the bytes from one position to another. */
    public void pass(int from, int to) {
        if (from != end) {
            copyRun();
            start = from;
        }
        end = to;
    }

    /** Inserts bytes from outside the array. */
    public void insert(ByteSlice bytes) {
        copyRun();
        copy().write(bytes.array(), bytes.offset(), bytes.length());
    }

    /**
     * Returns and removes all bytes that passed since the last call; {@code whole} itself when exactly its bytes
     * passed.
     */
    public ByteSlice drain(ByteSlice whole) {
        ByteSlice drained;
        if (copy != null) {
            copyRun();
            drained = ByteSlice.of(copy.toByteArray());
            copy = null;
        } else if (start == end) {
            drained = ByteSlice.EMPTY;
        } else if (array == whole.array() && start == whole.offset() && end == whole.end()) {
            drained = whole;
        } else {
            drained = new ByteSlice(array, start, end - start);
        }
        start = end = 0;
        return drained;
    }

    private void copyRun() {
        if (start < end) {
            copy().write(array, start, end - start);
        }
        start = end;
    }

    private ByteArrayOutputStream copy() {
        if (copy == null) {
            copy = new ByteArrayOutputStream(2 * (end - start) + 256);
        }
        return copy;
    }
}
