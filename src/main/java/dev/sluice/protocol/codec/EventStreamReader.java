package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.sse.EventFramer;

/**
 * The base of readers of server-sent event streams: cuts the bytes into events, counts them, and decides how the stream
 * ends: complete, failed, too large, malformed or truncated. Subclasses handle each event.
 */
public abstract class EventStreamReader implements StreamReader {

    private final EventFramer framer;
    private final int maxEvent;
    private int events;
    private boolean atEnd;
    private boolean complete;
    private GatewayError error;

    /** @param maxEvent the largest event that is accepted, in bytes */
    protected EventStreamReader(int maxEvent) {
        this.maxEvent = maxEvent;
        this.framer = new EventFramer(maxEvent);
    }

    @Override
    public final ByteSlice accept(ByteSlice chunk) {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        framer.feed(chunk);
        try {
            received(chunk);
            while (!ended() && framer.next()) {
                event();
            }
        } catch (GatewayException failure) {
            error = failure.error();
        }
        if (!ended() && framer.tooLarge()) {
            error = GatewayError.of(
                            GatewayError.Kind.UPSTREAM,
                            "the provider sent an event of more than " + maxEvent + " bytes")
                    .withCode(FailureCode.EVENT_TOO_LARGE);
        }
        if (error == null) {
            framer.release();
        } else {
            framer.close();
        }
        return output(chunk);
    }

    @Override
    public final ByteSlice finish() {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        atEnd = true;
        ByteSlice last = accept(framer.missingEnd());
        return ended() ? last : finishWithoutMarker(last);
    }

    @Override
    public boolean isLarge(int more) {
        return framer.unread() + more > LARGE;
    }

    @Override
    public final int events() {
        return events;
    }

    @Override
    public final boolean complete() {
        return complete;
    }

    @Override
    public final GatewayError error() {
        return error;
    }

    /** Called before the events of a chunk are read. */
    protected abstract void received(ByteSlice chunk);

    /**
     * Handles the current event of {@link #framer}.
     *
     * @throws GatewayException when the stream fails with this event
     */
    protected abstract void event();

    /** The bytes to send to the client for the events of this chunk. */
    protected abstract ByteSlice output(ByteSlice chunk);

    /**
     * Called when the transport ended properly without a terminal marker. Calls {@link #completed} when the response is
     * finished nevertheless, else {@link #truncated}.
     *
     * @param last the bytes still to send to the client
     * @return {@code last} and what follows
     */
    protected abstract ByteSlice finishWithoutMarker(ByteSlice last);

    /** Counts the current event as part of the response. */
    protected final void countEvent() {
        events++;
    }

    /** Ends the stream as complete: the terminal marker was received, or is not needed. */
    protected final void completed() {
        complete = true;
    }

    protected final void failed(GatewayError failure) {
        error = failure;
    }

    /** Ends the stream because the event's data is not JSON, or not what the format requires. */
    protected final void malformed(MalformedJson malformed) {
        if (atEnd) {
            // The end of the transport may have cut the last event in two: the stream is truncated, not malformed.
            truncated();
            return;
        }
        error = GatewayError.of(
                        GatewayError.Kind.UPSTREAM,
                        "the provider sent a malformed response: event " + (events + 1) + " of the stream "
                                + malformed.getMessage())
                .withCode(FailureCode.MALFORMED_EVENT);
    }

    protected final void truncated() {
        error = GatewayError.of(
                GatewayError.Kind.TRUNCATED, "stream ended after " + events + " events without its terminal marker");
    }

    protected final boolean ended() {
        return complete || error != null;
    }

    public final EventFramer framer() {
        return framer;
    }
}
