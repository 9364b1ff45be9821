package dev.sluice.model;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The rate limit of one kind of log line that clients or providers can bring about: one line per second, so that they
 * cannot fill a disk. Counts the suppressed ones. Measures monotonic time, because a wall clock may be set back.
 */
public final class LogRate {

    public static final long SUPPRESSED = -1;

    private static final long PAUSE_NANOS = 1_000_000_000;

    private final LongSupplier nanoTime;
    private final AtomicLong next;
    private final AtomicLong suppressed = new AtomicLong();

    public LogRate() {
        this(System::nanoTime);
    }

    LogRate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.next = new AtomicLong(nanoTime.getAsLong());
    }

    /** The number of lines that were suppressed since the last one, or {@link #SUPPRESSED} for this line, too. */
    public long admit() {
        long now = nanoTime.getAsLong();
        long earliest = next.get();
        if (now - earliest < 0 || !next.compareAndSet(earliest, now + PAUSE_NANOS)) {
            suppressed.incrementAndGet();
            return SUPPRESSED;
        }
        return suppressed.getAndSet(0);
    }
}
