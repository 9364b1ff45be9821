package dev.sluice.tenancy;

import dev.sluice.quota.QuotaClock;

/** Detects that the wall clock was set, by comparing it with the monotonic clock. Not thread-safe. */
final class ClockStep {

    /** In milliseconds. NTP slews by far less between two calls. */
    private static final long SMALLEST = 1_000;

    private final QuotaClock clock;
    private long offset;

    ClockStep(QuotaClock clock) {
        this.clock = clock;
        this.offset = offset();
    }

    /** By how many milliseconds the wall clock was set since the last call, negative when back; 0 if it was not. */
    long sinceLastCall() {
        long before = offset;
        offset = offset();
        long moved = offset - before;
        return Math.abs(moved) > SMALLEST ? moved : 0;
    }

    private long offset() {
        return clock.epochMillis() - clock.millis();
    }
}
