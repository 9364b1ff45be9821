package dev.sluice.provider.attempt;

import dev.sluice.bus.CallPolicy;
import dev.sluice.model.ByteSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of a stream that is held back: while it is, a failure is the attempt's, and the next target can take
 * over unseen. The provider is read on meanwhile, so it is bounded in bytes.
 */
final class HoldBuffer {

    /** As much of one stream as is ever kept. */
    static final int MAX_BYTES = 16 << 20;

    private final CallPolicy.Hold hold;
    private final List<ByteSlice> kept = new ArrayList<>();
    private int bytes;

    HoldBuffer(CallPolicy.Hold hold) {
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

    /** How long from the first event, in milliseconds; 0 or less: time does not let it go. */
    long millis() {
        return hold.all() ? 0 : hold.millis();
    }

    /** @param events that the stream has had so far */
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
