package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;

/**
 * Follows one streamed answer. Bytes go in as they arrive, in any fragmentation; out come the bytes the client may see, in whole
 * events only, so that a cut stream never leaves half an event behind.
 */
public interface StreamReader {

    /**
     * Takes the next bytes.
     *
     * @param chunk as read; the reader copies what it must keep
     * @return what may be passed on now, often {@code chunk} itself; empty while an event is incomplete
     * @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when an event is larger than the bound or malformed
     */
    ByteSlice accept(ByteSlice chunk);

    /** True once an event with data (not an error, not a comment) was seen: what goes to the client from here on commits the answer. */
    boolean began();

    /** True once the terminal marker was seen. Later bytes are ignored. */
    boolean complete();

    /** The error event the provider sent, or null. Nothing of it was passed on. */
    GatewayError error();

    /** Usage seen so far. */
    Usage usage();
}
