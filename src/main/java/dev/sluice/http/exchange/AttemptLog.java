package dev.sluice.http.exchange;

import dev.sluice.model.AttemptRecord;

/** The sink of attempt records. It receives each record before the client sees the end of the response. */
@FunctionalInterface
public interface AttemptLog {

    /** Called on an event loop: must not block. */
    void append(AttemptRecord attempt);

    /** Whether it has no room for more records. New requests are refused then, because their usage would be lost. */
    default boolean full() {
        return false;
    }
}
