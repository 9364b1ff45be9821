package dev.sluice.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that a test sets. */
final class ManualClock implements QuotaClock {

    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final AtomicLong epoch;

    ManualClock() {
        this("2026-11-25T12:00:00Z");
    }

    ManualClock(String now) {
        epoch = new AtomicLong(Instant.parse(now).toEpochMilli());
    }

    void advance(long by) {
        millis.addAndGet(by);
        epoch.addAndGet(by);
    }

    void advance(Duration by) {
        advance(by.toMillis());
    }

    /** Sets only the wall clock. */
    void set(String now) {
        epoch.set(Instant.parse(now).toEpochMilli());
    }

    @Override
    public long millis() {
        return millis.get();
    }

    @Override
    public long epochMillis() {
        return epoch.get();
    }
}
