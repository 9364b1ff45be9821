package dev.sluice.http.exchange;

import dev.sluice.model.AttemptRecord;

/** Takes the record of every attempt before the client sees the end of its response. */
@FunctionalInterface
public interface AttemptLog {

    /** Called on an event loop: must not block. */
    void append(AttemptRecord attempt);

    /** Whether it has no room for more records. New requests are refused then, because their usage would be lost. */
    default boolean full() {
        return false;
    }
}
