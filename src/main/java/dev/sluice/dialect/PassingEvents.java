package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;

/**
 * Follows a streamed answer whose bytes pass, in a format where an event of its own ends the stream. What the events
 * mean is the format's.
 *
 * <p>Comments and events without data pass only once an event with data has passed: until then the answer may still
 * come from somebody else.
 */
public abstract class PassingEvents implements StreamReader {

    private final EventFramer framer = new EventFramer();
    private final Passage passage = new Passage();
    private int events;
    private boolean atEnd;
    private boolean complete;
    private GatewayError error;
    private Usage usage = Usage.UNKNOWN;

    /**
     * Judges the data of one event that is not empty: calls {@link #complete(Usage)}, {@link #fail} or {@link #know}
     * when it says such a thing. An event that fails is not passed on.
     *
     * @throws MalformedJson when the data is not one JSON document
     */
    protected abstract void judge(ByteSlice data) throws MalformedJson;

    /** The terminal event: it passes, and nothing after it. */
    protected final void complete(Usage last) {
        complete = true;
        know(last);
    }

    protected final void fail(GatewayError failure) {
        error = failure;
    }

    /** @param seen so far; unknown usage changes nothing */
    protected final void know(Usage seen) {
        usage = seen.known() ? seen : usage;
    }

    @Override
    public final ByteSlice accept(ByteSlice chunk) {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        framer.feed(chunk);
        passage.over(framer.array());
        while (!ended() && framer.next()) {
            next();
        }
        if (!ended() && framer.tooLarge()) {
            error = bad("sent an event of more than " + EventFramer.MAX_EVENT + " bytes", "event_too_large");
        }
        framer.keep();
        return passage.take(chunk);
    }

    @Override
    public final ByteSlice finish() {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        atEnd = true;
        ByteSlice last = accept(framer.missingEnd());
        if (!ended()) {
            error = truncated();
        }
        return last;
    }

    @Override
    public final boolean began() {
        return events > 0;
    }

    @Override
    public final boolean complete() {
        return complete;
    }

    @Override
    public final GatewayError error() {
        return error;
    }

    @Override
    public final Usage usage() {
        return usage;
    }

    private boolean ended() {
        return complete || error != null;
    }

    private void next() {
        if (!framer.hasData() || isBlank(framer.data())) {
            if (began()) {
                pass();
            }
            return;
        }
        ByteSlice data = framer.data();
        if (framer.namedError()) {
            error = Refusal.event(data);
            return;
        }
        try {
            judge(data);
        } catch (MalformedJson malformed) {
            // The transport's end may have cut the last event in two: that is a truncated stream, not a bad event.
            error = atEnd
                    ? truncated()
                    : bad(
                            "answered badly: event " + (events + 1) + " of the stream " + malformed.getMessage(),
                            "malformed_event");
        }
        if (error == null) {
            events++;
            pass();
        }
    }

    private void pass() {
        passage.pass(framer.eventStart(), framer.eventEnd());
    }

    private GatewayError truncated() {
        return GatewayError.of(
                GatewayError.Kind.TRUNCATED, "stream ended after " + events + " events without its terminal marker");
    }

    private static GatewayError bad(String what, String code) {
        return GatewayError.of(GatewayError.Kind.UPSTREAM, "the provider " + what)
                .withCode(code);
    }

    private static boolean isBlank(ByteSlice data) {
        for (int at = data.offset(); at < data.end(); at++) {
            if (data.array()[at] > ' ' || data.array()[at] < 0) {
                return false;
            }
        }
        return true;
    }
}
