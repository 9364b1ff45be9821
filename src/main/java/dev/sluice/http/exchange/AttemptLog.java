package dev.sluice.http.exchange;

import dev.sluice.model.AttemptRecord;

/** Where the record of every attempt goes, before the client sees the end of its answer. */
@FunctionalInterface
public interface AttemptLog {

    /** Keeps nothing. */
    AttemptLog NONE = attempt -> {};

    /** Called on an event loop: must not block. */
    void append(AttemptRecord attempt);

    /** Whether it has no room for more: new requests are refused then, lest somebody uses what nobody counts. */
    default boolean full() {
        return false;
    }
}
