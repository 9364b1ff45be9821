package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;

/**
 * The end of one stream that failed after it began. Client libraries differ in where they look for an error, so its
 * events have every form that one of them needs. No terminal marker follows.
 */
@FunctionalInterface
public interface FailureEvents {

    /** Observes events that were sent to the client: whole ones, in order. For formats that number their events. */
    default void sent(ByteSlice events) {}

    /** The events that report the error. Nothing follows them. */
    ByteSlice of(GatewayError error, String requestId);
}
