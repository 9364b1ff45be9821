package dev.sluice.provider.breaker;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts calls, failures by kind, and slow calls over a sliding window of ten slices. Shared by all event loops without
 * locks; a call at the border of two slices may be counted in either.
 */
public final class OutcomeWindow {

    /** Sums over the window. */
    public record Counts(long calls, long failures, long slow) {}

    private static final int SLICES = 10;
    private static final int CALLS = 0;
    private static final int SLOW = 1;
    private static final int BY_OUTCOME = 2;
    private static final Map<Outcome, Integer> COLUMNS = columns();
    private static final int FIELDS = BY_OUTCOME + COLUMNS.size();

    private final long sliceNanos;
    private final AtomicLongArray counts = new AtomicLongArray(SLICES * FIELDS);
    private final AtomicLongArray epochs = new AtomicLongArray(SLICES);

    public OutcomeWindow(long windowMillis) {
        this.sliceNanos = Math.max(1, windowMillis * 1_000_000 / SLICES);
    }

    public void record(long now, Outcome outcome, boolean slow) {
        int slice = currentSlice(Math.floorDiv(now, sliceNanos)) * FIELDS;
        counts.incrementAndGet(slice + CALLS);
        counts.incrementAndGet(slice + COLUMNS.get(outcome));
        if (slow) {
            counts.incrementAndGet(slice + SLOW);
        }
    }

    public Counts counts(long now) {
        long failures = 0;
        for (Map.Entry<Outcome, Integer> column : COLUMNS.entrySet()) {
            failures += column.getKey().isFailure() ? sum(now, column.getValue()) : 0;
        }
        return new Counts(sum(now, CALLS), failures, sum(now, SLOW));
    }

    /** The failures by kind: {@code 4 timeout, 2 truncated}. Empty where none has a kind. */
    String failures(long now) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<Outcome, Integer> column : COLUMNS.entrySet()) {
            Outcome outcome = column.getKey();
            long count = sum(now, column.getValue());
            if (count > 0 && outcome.isFailure() && outcome != Outcome.FAILURE) {
                parts.add(count + " " + outcome.label());
            }
        }
        return String.join(", ", parts);
    }

    private static Map<Outcome, Integer> columns() {
        Map<Outcome, Integer> columns = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            columns.put(outcome, BY_OUTCOME + columns.size());
        }
        return columns;
    }

    private long sum(long now, int field) {
        long newest = Math.floorDiv(now, sliceNanos);
        long oldest = newest - SLICES + 1;
        long sum = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            long epoch = epochs.get(slice);
            if (epoch >= oldest && epoch <= newest) {
                sum += counts.get(slice * FIELDS + field);
            }
        }
        return sum;
    }

    private int currentSlice(long epoch) {
        int slice = (int) Math.floorMod(epoch, (long) SLICES);
        long before = epochs.get(slice);
        if (before != epoch && epochs.compareAndSet(slice, before, epoch)) {
            for (int field = 0; field < FIELDS; field++) {
                counts.set(slice * FIELDS + field, 0);
            }
        }
        return slice;
    }
}
