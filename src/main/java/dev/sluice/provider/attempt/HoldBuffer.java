package dev.sluice.provider.attempt;

import dev.sluice.bus.CallPolicy;
import dev.sluice.model.ByteSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of a stream that is held back, so that another target can take over unnoticed by the client when the
 * provider fails early. Reading from the provider continues meanwhile, so the buffer is bounded in bytes.
 */
final class HoldBuffer {

    /** The most bytes of one stream that are ever held back. */
    static final int MAX_BYTES = 16 << 20;

    /** Of a part besides its bytes: two objects and a reference. */
    private static final int PART_BYTES = 48;

    /** Memory is taken in steps of this size; less is not counted. */
    private static final int STEP_BYTES = 64 * 1024;

    private final CallPolicy.HoldLimits hold;
    private final List<ByteSlice> held = new ArrayList<>();
    private int bytes;
    private long reserved;

    HoldBuffer(CallPolicy.HoldLimits hold) {
        this.hold = hold;
    }

    void append(ByteSlice bytesToPass) {
        if (!bytesToPass.isEmpty()) {
            held.add(bytesToPass);
            bytes += bytesToPass.length();
        }
    }

    /** Whether memory must be taken for what is kept: by {@link #reserve}. */
    boolean isUncovered() {
        return memory() >= reserved + STEP_BYTES;
    }

    /** The bytes to be taken from the memory of the process. */
    long reserve() {
        long missing = memory() - reserved;
        reserved += missing;
        return missing;
    }

    private long memory() {
        return bytes + (long) held.size() * PART_BYTES;
    }

    int bytes() {
        return bytes;
    }

    /** The longest hold, from the first event, in milliseconds; 0 or less for no limit. */
    long millis() {
        return hold.all() ? 0 : hold.millis();
    }

    /** @param events of the stream so far */
    boolean limitReached(int events) {
        return !hold.all() && (events >= hold.events() || tooLarge());
    }

    /** Whether the stream is held to its end, so that it cannot be committed earlier. */
    boolean toTheEnd() {
        return hold.all();
    }

    boolean tooLarge() {
        return bytes > MAX_BYTES;
    }

    /** The held bytes, in order. */
    List<ByteSlice> release() {
        return held;
    }
}
