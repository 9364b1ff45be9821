package dev.sluice.dialect.media;

import dev.sluice.dialect.EventFramer;
import dev.sluice.dialect.Passage;
import dev.sluice.dialect.Refusal;
import dev.sluice.dialect.StreamReader;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Usage;

/**
 * Follows a stream of pictures, sound or transcript and passes it on: events of JSON with a {@code type}, the last of
 * which is {@code ….completed} or {@code ….done}. Several pictures make several of those, so the stream is complete
 * when the transport ends after one, or at {@code [DONE]}.
 */
public final class MediaStreamReader implements StreamReader {

    /** A picture of 4096 x 4096 in base64 fits. */
    static final int MAX_EVENT = 32 << 20;

    private final EventFramer framer = new EventFramer(MAX_EVENT);
    private final Passage passage = new Passage();
    private final MediaEvent event = new MediaEvent();
    private int events;
    private boolean terminal;
    private boolean complete;
    private GatewayError error;
    private Usage usage = Usage.UNKNOWN;

    @Override
    public ByteSlice accept(ByteSlice chunk) {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        framer.feed(chunk);
        passage.over(framer.array());
        while (!ended() && framer.next()) {
            judge();
        }
        if (!ended() && framer.tooLarge()) {
            error = GatewayError.of(Kind.UPSTREAM, "the provider sent an event of more than " + MAX_EVENT + " bytes")
                    .withCode("event_too_large");
        }
        framer.keep();
        return passage.take(chunk);
    }

    @Override
    public ByteSlice finish() {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        ByteSlice last = accept(framer.missingEnd());
        if (terminal && error == null) {
            complete = true;
        } else if (error == null || error.code().equals("malformed_event")) {
            // The transport's end may have cut the last event in two: that is a truncated stream, not a bad event.
            error = GatewayError.of(
                    Kind.TRUNCATED, "stream ended after " + events + " events without its terminal event");
        }
        return last;
    }

    @Override
    public boolean began() {
        return events > 0;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public GatewayError error() {
        return error;
    }

    @Override
    public Usage usage() {
        return usage;
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
        String text = data.length() <= 16 ? data.toText().strip() : null;
        if (text != null && text.isEmpty()) {
            return;
        }
        if (text != null && text.equals("[DONE]")) {
            if (terminal) {
                complete = true;
                pass();
            }
        } else if (!event.read(data)) {
            error = GatewayError.of(
                            Kind.UPSTREAM,
                            "the provider answered badly: event " + (events + 1)
                                    + " of the stream is not a JSON object")
                    .withCode("malformed_event");
        } else if (framer.namedError() || event.failed()) {
            error = Refusal.event(data);
        } else {
            events++;
            terminal |= event.terminal();
            usage = event.usage().known() ? event.usage() : usage;
            pass();
        }
    }

    private void pass() {
        passage.pass(framer.eventStart(), framer.eventEnd());
    }
}
