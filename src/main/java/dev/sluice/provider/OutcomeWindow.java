package dev.sluice.provider;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts of calls, failures and slow calls over a sliding window, in ten slices. Shared by all event loops without
 * locks; a call that races with the turn of a slice may be counted in either.
 */
final class OutcomeWindow {

    /** Sums over the window. */
    record Counts(long calls, long failures, long slow) {}

    private static final int SLICES = 10;
    private static final int CALLS = 0;
    private static final int FAILURES = 1;
    private static final int SLOW = 2;
    private static final int FIELDS = 3;

    private final long sliceNanos;
    private final AtomicLongArray counts = new AtomicLongArray(SLICES * FIELDS);
    private final AtomicLongArray turns = new AtomicLongArray(SLICES);

    OutcomeWindow(long windowMillis) {
        this.sliceNanos = Math.max(1, windowMillis * 1_000_000 / SLICES);
    }

    void record(long now, boolean failed, boolean slow) {
        int slice = enter(Math.floorDiv(now, sliceNanos));
        counts.incrementAndGet(slice * FIELDS + CALLS);
        if (failed) {
            counts.incrementAndGet(slice * FIELDS + FAILURES);
        }
        if (slow) {
            counts.incrementAndGet(slice * FIELDS + SLOW);
        }
    }

    Counts counts(long now) {
        long newest = Math.floorDiv(now, sliceNanos);
        long oldest = newest - SLICES + 1;
        long calls = 0;
        long failures = 0;
        long slow = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            long turn = turns.get(slice);
            if (turn >= oldest && turn <= newest) {
                calls += counts.get(slice * FIELDS + CALLS);
                failures += counts.get(slice * FIELDS + FAILURES);
                slow += counts.get(slice * FIELDS + SLOW);
            }
        }
        return new Counts(calls, failures, slow);
    }

    /** Forgets everything. */
    void clear() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
    }

    private int enter(long turn) {
        int slice = (int) Math.floorMod(turn, (long) SLICES);
        long before = turns.get(slice);
        if (before != turn && turns.compareAndSet(slice, before, turn)) {
            for (int field = 0; field < FIELDS; field++) {
                counts.set(slice * FIELDS + field, 0);
            }
        }
        return slice;
    }
}
