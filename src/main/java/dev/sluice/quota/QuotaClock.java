package dev.sluice.quota;

/** The two clocks of quotas. */
public interface QuotaClock {

    /** Milliseconds on a monotonic clock. Rate limits are measured by it. */
    long millis();

    /** Milliseconds since 1970 in UTC. Budget periods follow it; it may be set back or forward. */
    long epochMillis();

    /** The clocks of the machine. */
    static QuotaClock system() {
        long start = System.nanoTime();
        return new QuotaClock() {
            private static final long NANOS = 1_000_000;

            @Override
            public long millis() {
                return (System.nanoTime() - start) / NANOS;
            }

            @Override
            public long epochMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
