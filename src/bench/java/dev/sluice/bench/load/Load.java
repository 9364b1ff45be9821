package dev.sluice.bench.load;

/** Requests being made until it is closed. */
public interface Load extends AutoCloseable {

    Tally tally();

    /**
     * Asks no more, and waits for the answers that are on their way.
     *
     * @return how many did not come within the time
     */
    int finish(int seconds);

    /** Hangs up every connection and returns when they are closed. */
    @Override
    void close();
}
