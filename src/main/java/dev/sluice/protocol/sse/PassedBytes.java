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
    private ByteArrayOutputStream gathered;

    public void over(byte[] array) {
        this.array = array;
        this.start = 0;
        this.end = 0;
    }

    /** Passes the bytes from one position to another. */
    public void pass(int from, int to) {
        if (from != end) {
            gather();
            start = from;
        }
        end = to;
    }

    /** Inserts bytes from outside the array. */
    public void put(ByteSlice bytes) {
        gather();
        gathered().write(bytes.array(), bytes.offset(), bytes.length());
    }

    /**
     * Returns and removes all bytes that passed since the last call; {@code whole} itself when exactly its bytes
     * passed.
     */
    public ByteSlice take(ByteSlice whole) {
        ByteSlice taken;
        if (gathered != null) {
            gather();
            taken = ByteSlice.of(gathered.toByteArray());
            gathered = null;
        } else if (start == end) {
            taken = ByteSlice.EMPTY;
        } else if (array == whole.array() && start == whole.offset() && end == whole.end()) {
            taken = whole;
        } else {
            taken = new ByteSlice(array, start, end - start);
        }
        start = end = 0;
        return taken;
    }

    private void gather() {
        if (start < end) {
            gathered().write(array, start, end - start);
        }
        start = end;
    }

    private ByteArrayOutputStream gathered() {
        if (gathered == null) {
            gathered = new ByteArrayOutputStream(2 * (end - start) + 256);
        }
        return gathered;
    }
}
