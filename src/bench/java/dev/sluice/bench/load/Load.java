package dev.sluice.bench.load;

/** Requests being made until it is closed. */
public interface Load extends AutoCloseable {

    Tally tally();

    /** Hangs up every connection and returns when they are closed. */
    @Override
    void close();
}
