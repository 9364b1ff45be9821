package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.sse.EventFramer;
import dev.sluice.protocol.sse.KeepAliveEvent;
import dev.sluice.protocol.sse.PassedBytes;
import java.util.function.Consumer;

/**
 * Follows a streamed answer whose bytes pass as they are: cuts it into events, lets a format judge each by its data,
 * and deals with what no format accepts.
 *
 * <p>Comments and events without data pass only once an event with data has passed: until then the answer may still
 * come from somebody else.
 */
public abstract class PassThroughReader implements StreamReader {

    private final EventFramer framer;
    private final int maxEvent;
    private final PassedBytes passed = new PassedBytes();
    private int events;
    private boolean atEnd;
    private boolean complete;
    private GatewayError error;

    /** With the usual bound on one event. */
    protected PassThroughReader() {
        this(EventFramer.MAX_EVENT);
    }

    /** @param maxEvent the bound on one event in bytes */
    protected PassThroughReader(int maxEvent) {
        this.maxEvent = maxEvent;
        this.framer = new EventFramer(maxEvent);
    }

    @Override
    public final ByteSlice accept(ByteSlice chunk) {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        framer.feed(chunk);
        passed.over(framer.array());
        while (!ended() && framer.next()) {
            judge();
        }
        if (!ended() && framer.tooLarge()) {
            error = GatewayError.of(
                            GatewayError.Kind.UPSTREAM,
                            "the provider sent an event of more than " + maxEvent + " bytes")
                    .withCode(FailureCode.EVENT_TOO_LARGE);
        }
        framer.keep();
        return passed.take(chunk);
    }

    @Override
    public final ByteSlice finish() {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        atEnd = true;
        ByteSlice last = accept(framer.missingEnd());
        if (ended()) {
            return last;
        }
        ByteSlice owed = owedMarker();
        if (owed == null) {
            error = truncated();
            return last;
        }
        complete = true;
        passed.put(last);
        passed.put(owed);
        return passed.take(ByteSlice.EMPTY);
    }

    @Override
    public final boolean began() {
        return events > 0;
    }

    @Override
    public final int events() {
        return events;
    }

    @Override
    public final boolean finished() {
        return !ended() && owedMarker() != null;
    }

    @Override
    public final boolean complete() {
        return complete;
    }

    @Override
    public final GatewayError error() {
        return error;
    }

    /** Judges an event that has data, more than white space; calls one of the methods below, or none to hide it. */
    protected abstract void data(ByteSlice data);

    /** The terminal marker to add when the transport ended without one; null when the answer is not finished. */
    protected ByteSlice owedMarker() {
        return null;
    }

    /** Has a format read the data; false when it is malformed, which ends the stream. */
    protected final boolean read(Consumer<ByteSlice> format, ByteSlice data) {
        try {
            format.accept(data);
            return true;
        } catch (MalformedJson malformed) {
            // The transport's end may have cut the last event in two: that is a truncated stream, not a bad event.
            error = atEnd
                    ? truncated()
                    : GatewayError.of(
                                    GatewayError.Kind.UPSTREAM,
                                    "the provider answered badly: event " + (events + 1) + " of the stream "
                                            + malformed.getMessage())
                            .withCode(FailureCode.MALFORMED_EVENT);
            return false;
        }
    }

    /** The event is one of the answer's. */
    protected final void seen() {
        events++;
    }

    /** The event passes. */
    protected final void pass() {
        passed.pass(framer.eventStart(), framer.eventEnd());
    }

    /** The event passes with the span of its data, counted from the start of the data, replaced. */
    protected final void pass(int from, int to, ByteSlice by) {
        passed.pass(framer.eventStart(), framer.dataStart() + from);
        passed.put(by);
        passed.pass(framer.dataStart() + to, framer.eventEnd());
    }

    /** The event is the terminal marker. */
    protected final void completed() {
        complete = true;
    }

    /** The event tells of an error. */
    protected final void failed(ByteSlice data) {
        error = UpstreamErrors.event(data);
    }

    public final EventFramer framer() {
        return framer;
    }

    private boolean ended() {
        return complete || error != null;
    }

    private void judge() {
        if (!framer.hasData()) {
            if (began()) {
                pass();
            }
            return;
        }
        ByteSlice data = framer.data();
        if (framer.namedError() && !isDone(data)) {
            failed(data);
        } else if (!isBlank(data) && !KeepAliveEvent.in(data)) {
            data(data);
        }
    }

    private GatewayError truncated() {
        return GatewayError.of(
                GatewayError.Kind.TRUNCATED, "stream ended after " + events + " events without its terminal marker");
    }

    /** Whether the data is OpenAI's terminal marker. */
    public static boolean isDone(ByteSlice data) {
        int first = first(data);
        return first < data.end()
                && data.array()[first] == '['
                && data.toText().strip().equals("[DONE]");
    }

    private static boolean isBlank(ByteSlice data) {
        return first(data) == data.end();
    }

    private static int first(ByteSlice data) {
        int at = data.offset();
        while (at < data.end() && (data.array()[at] == ' ' || data.array()[at] == '\t' || data.array()[at] == '\n')) {
            at++;
        }
        return at;
    }
}
