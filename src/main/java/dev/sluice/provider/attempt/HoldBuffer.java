package dev.sluice.provider.attempt;

import dev.sluice.bus.CallPolicy;
import dev.sluice.model.ByteSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of a stream that is held back, so that another target can take over unseen when the provider fails
 * early. The provider is read on meanwhile, so the buffer is bounded in bytes.
 */
final class HoldBuffer {

    /** The most bytes of one stream that are ever held back. */
    static final int MAX_BYTES = 16 << 20;

    private final CallPolicy.HoldLimits hold;
    private final List<ByteSlice> kept = new ArrayList<>();
    private int bytes;

    HoldBuffer(CallPolicy.HoldLimits hold) {
        this.hold = hold;
    }

    void keep(ByteSlice passable) {
        if (!passable.isEmpty()) {
            kept.add(passable);
            bytes += passable.length();
        }
    }

    int bytes() {
        return bytes;
    }

    /** The longest hold, from the first event, in milliseconds; 0 or less: not limited by time. */
    long millis() {
        return hold.all() ? 0 : hold.millis();
    }

    /** @param events of the stream so far */
    boolean enough(int events) {
        return !hold.all() && (events >= hold.events() || tooMuch());
    }

    boolean tooMuch() {
        return bytes > MAX_BYTES;
    }

    /** What was kept, in order. */
    List<ByteSlice> release() {
        return kept;
    }
}
