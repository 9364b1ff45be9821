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

    private final CallPolicy.HoldLimits hold;
    private final List<ByteSlice> held = new ArrayList<>();
    private int bytes;

    HoldBuffer(CallPolicy.HoldLimits hold) {
        this.hold = hold;
    }

    void append(ByteSlice bytesToPass) {
        if (!bytesToPass.isEmpty()) {
            held.add(bytesToPass);
            bytes += bytesToPass.length();
        }
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

    boolean tooLarge() {
        return bytes > MAX_BYTES;
    }

    /** The held bytes, in order. */
    List<ByteSlice> release() {
        return held;
    }
}
