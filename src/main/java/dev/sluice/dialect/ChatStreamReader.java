package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;

/**
 * Follows a streamed chat answer: {@code data:} events with JSON, ended by {@code data: [DONE]}.
 *
 * <p>Comments and events without data pass only once an event with data has passed: until then the answer may still
 * come from somebody else.
 */
final class ChatStreamReader implements StreamReader {

    private static final ByteSlice NULL = ByteSlice.of("null");
    private static final ByteSlice DONE = ByteSlice.of("data: [DONE]\n\n");

    private final boolean hidesUsage;
    private final ChatEvent event;
    private final EventFramer framer = new EventFramer();
    private final Passage passage = new Passage();
    private int events;
    private boolean atEnd;
    private boolean complete;
    private GatewayError error;
    private Usage usage = Usage.UNKNOWN;

    ChatStreamReader(boolean hidesUsage, boolean reasoningOutside) {
        this.hidesUsage = hidesUsage;
        this.event = new ChatEvent(reasoningOutside);
    }

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
            error = GatewayError.of(
                            GatewayError.Kind.UPSTREAM,
                            "the provider sent an event of more than " + EventFramer.MAX_EVENT + " bytes")
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
        atEnd = true;
        ByteSlice last = accept(framer.missingEnd());
        if (ended()) {
            return last;
        }
        if (!event.finished()) {
            error = truncated();
            return last;
        }
        complete = true;
        passage.put(last);
        passage.put(DONE);
        return passage.take(ByteSlice.EMPTY);
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

    /** Whether each choice seen so far has its finish reason: then only the marker may still be missing. */
    boolean finished() {
        return event.finished();
    }

    EventFramer framer() {
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
        if (isDone(data)) {
            events++;
            complete = true;
            pass();
        } else if (framer.namedError()) {
            error = Refusal.event(data);
        } else if (!isBlank(data)) {
            chunk(data);
        }
    }

    private void chunk(ByteSlice data) {
        try {
            event.read(data);
        } catch (MalformedJson malformed) {
            // The transport's end may have cut the last event in two: that is a truncated stream, not a bad event.
            error = atEnd
                    ? truncated()
                    : malformed("event " + (events + 1) + " of the stream " + malformed.getMessage());
            return;
        }
        if (event.usage() != null) {
            usage = event.usage();
        }
        if (event.failed() || !event.isObject()) {
            error = Refusal.event(data);
            return;
        }
        events++;
        if (!hidesUsage || !event.hasUsageObject()) {
            pass();
        } else if (!event.withoutChoices()) {
            passage.pass(framer.eventStart(), framer.dataStart() + event.usageStart());
            passage.put(NULL);
            passage.pass(framer.dataStart() + event.usageEnd(), framer.eventEnd());
        }
    }

    private void pass() {
        passage.pass(framer.eventStart(), framer.eventEnd());
    }

    private GatewayError truncated() {
        return GatewayError.of(
                GatewayError.Kind.TRUNCATED, "stream ended after " + events + " events without its terminal marker");
    }

    private static GatewayError malformed(String what) {
        return GatewayError.of(GatewayError.Kind.UPSTREAM, "the provider answered badly: " + what)
                .withCode("malformed_event");
    }

    private static boolean isDone(ByteSlice data) {
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
