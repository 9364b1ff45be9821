package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;

/**
 * Reads one streamed response. Bytes go in as they arrive, in any fragmentation; the bytes for the client come out in
 * whole events only, so that a cut stream never ends in half an event.
 *
 * <p>No method throws. After each call the caller writes the returned bytes, then checks {@link #error} and
 * {@link #complete}. Events before an error in the same chunk still go to the client.
 */
public interface StreamReader {

    /** In bytes or characters: reading more takes an event loop more than a few milliseconds. */
    int LARGE = 256 * 1024;

    /**
     * Whether reading so many more bytes, or the end of the stream, may take long: an event is large, or the end
     * repeats a long text. Such calls belong on a worker thread.
     */
    default boolean isLarge(int more) {
        return false;
    }

    /**
     * Reads the next bytes.
     *
     * @param chunk the bytes as they were received; its array must not be written to afterwards. The reader copies what
     *     it keeps
     * @return the bytes to send now, often {@code chunk} itself; empty while an event is incomplete
     */
    ByteSlice accept(ByteSlice chunk);

    /**
     * Called when the transport ended properly, whether or not {@link #complete}. Accepts a last event without its
     * blank line, and adds the terminal marker when the provider finished the response but did not send the marker.
     *
     * <p>Afterwards either {@link #complete} or {@link #error} is set; a stream without its end is {@code TRUNCATED}.
     *
     * @return the last bytes to send, often empty
     */
    ByteSlice finish();

    /**
     * True once an event with a part of the response was received. Providers open a stream before they know whether
     * they can serve it: an opening ({@code message_start}, {@code response.created}, a chunk with nothing but a role)
     * is no such event, nor is a comment or an error. What came before commits nothing: the request can still fail
     * over.
     */
    boolean started();

    /** Events with data so far, without errors and comments. */
    int events();

    /**
     * True once the response is finished (each choice has its finish reason) and only usage and the terminal marker may
     * follow. If the provider then sends nothing more, {@link #finish} completes the response as the end of the
     * transport would.
     */
    default boolean finished() {
        return false;
    }

    /** True once the terminal marker was received. Later bytes are ignored. */
    boolean complete();

    /**
     * The error that the provider sent as an event, {@code UPSTREAM} for an event that is malformed or too large, or
     * {@code TRUNCATED}; else null. No byte of that event was returned, and later bytes are ignored.
     */
    GatewayError error();

    /** The usage reported so far. */
    Usage usage();
}
