package dev.sluice.bench.load;

/** Requests sent to one proxy until the load is closed. */
public interface Load extends AutoCloseable {

    LoadStats stats();

    /**
     * Stops sending and waits for the responses in flight.
     *
     * @return the number of responses that did not arrive in time
     */
    int finish(int seconds);

    /** Closes every connection and waits until they are closed. */
    @Override
    void close();
}
