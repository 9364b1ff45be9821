package dev.sluice.quota;

/** The two clocks of quotas. */
public interface QuotaClock {

    /** Milliseconds since some moment before; never goes back. Minutes are measured by it. */
    long millis();

    /** Milliseconds since 1970 in UTC. Days, weeks and months are told by it; it may be set. */
    long epochMillis();

    /** The machine's. */
    static QuotaClock system() {
        long began = System.nanoTime();
        return new QuotaClock() {
            private static final long NANOS = 1_000_000;

            @Override
            public long millis() {
                return (System.nanoTime() - began) / NANOS;
            }

            @Override
            public long epochMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
