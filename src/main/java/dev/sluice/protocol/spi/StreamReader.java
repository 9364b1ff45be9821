package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;

/**
 * Follows one streamed answer. Bytes go in as they arrive, in any fragmentation; out come the bytes the client may see,
 * in whole events only, so that a cut stream never leaves half an event behind.
 *
 * <p>Nothing here throws: after each call write what was returned, then look at {@link #error} and {@link #complete}.
 * What came before an error in the same chunk is still the client's.
 */
public interface StreamReader {

    /**
     * Takes the next bytes.
     *
     * @param chunk as read; nobody may write to its array afterwards. The reader copies what it must keep
     * @return what may be passed on now, often {@code chunk} itself; empty while an event is incomplete
     */
    ByteSlice accept(ByteSlice chunk);

    /**
     * Tells that the transport ended properly, no matter whether {@link #complete}. Takes an event that lacks its blank
     * line, and adds the terminal marker when the provider finished the answer but owes the marker.
     *
     * <p>Afterwards either {@link #complete} or {@link #error} is set; a stream that just stopped is {@code TRUNCATED}.
     *
     * @return the last bytes to pass on, often empty
     */
    ByteSlice finish();

    /**
     * True once an event with data (not an error, not a comment) was seen: what goes to the client from here on commits
     * the answer.
     */
    boolean began();

    /** Events with data seen so far, errors and comments not among them. */
    int events();

    /**
     * True once the answer itself has come to its end (each choice has its finish reason) and all that may still come
     * is usage and the terminal marker: if the provider then falls silent, {@link #finish} completes the answer as the
     * transport's end would.
     */
    default boolean finished() {
        return false;
    }

    /** True once the terminal marker was seen. Later bytes are ignored. */
    boolean complete();

    /**
     * The error the provider sent as an event, or {@code UPSTREAM} for an event that is malformed or larger than the
     * bound, or {@code TRUNCATED}; else null. Nothing of the offending event was passed on, and later bytes are
     * ignored.
     */
    GatewayError error();

    /** Usage seen so far. */
    Usage usage();
}
