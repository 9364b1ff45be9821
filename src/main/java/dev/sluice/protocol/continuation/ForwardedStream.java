package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * A stream in one client format: keeps the text forwarded to the client, and rewrites a second stream as its
 * continuation.
 *
 * <p>Events of OpenAI's chat and of Anthropic are read with {@link JsonScanner}, one pass over each, those of Responses
 * as trees; both methods throw {@link dev.sluice.protocol.json.MalformedJson}.
 */
abstract class ForwardedStream {

    /** Longer responses are not resumed: the limit on buffered text per exchange, in characters. */
    static final int MAX_TEXT = 4 << 20;

    private final StringBuilder text = new StringBuilder();
    private boolean plain = true;
    private boolean finished;
    private boolean diverge;
    private Overlap overlap;

    /** Observes an event that is forwarded to the client. */
    abstract void observe(ByteSlice data);

    /** Writes an event of the second stream as part of the first, or nothing. */
    abstract void resume(EventFramer event, EventBytes out);

    /** Prepares for a second stream. */
    void restart(Overlap with) {
        overlap = with;
    }

    final StringBuilder text() {
        return text;
    }

    /** Whether all forwarded content is plain text within {@link #MAX_TEXT}. */
    final boolean plain() {
        return plain;
    }

    /** Whether the client received a finish reason. */
    final boolean finished() {
        return finished;
    }

    final Overlap overlap() {
        return overlap;
    }

    /** Records content other than plain text. */
    final void markNotPlain() {
        plain = false;
        text.setLength(0);
        text.trimToSize();
    }

    /** Records that the second stream does not continue the first. */
    final void diverge() {
        diverge = true;
    }

    final boolean diverged() {
        return diverge || overlap != null && overlap.diverged();
    }

    final void finish() {
        finished = true;
    }

    /** @param start position of the literal's opening quote */
    final void append(byte[] array, int start, int end) {
        if (!plain || end - start <= 2) {
            return;
        }
        if (text.length() + end - start > MAX_TEXT) {
            markNotPlain();
            return;
        }
        text.append(JsonScanner.text(array, start, end));
    }

    final void append(String words) {
        if (plain && text.length() + words.length() > MAX_TEXT) {
            markNotPlain();
        } else if (plain) {
            text.append(words);
        }
    }

    /** Copies an event and replaces spans of its data, in order. */
    static final class EventPatch {

        private final EventFramer event;
        private final EventBytes out;
        private int copied;

        EventPatch(EventFramer event, EventBytes out) {
            this.event = event;
            this.out = out;
            this.copied = event.eventStart();
        }

        /** @param from offset from the start of the data; negative for no replacement */
        void put(int from, int to, String replacement) {
            if (from >= 0) {
                copyTo(event.dataStart() + from);
                out.raw(replacement);
                copied = event.dataStart() + to;
            }
        }

        void end() {
            copyTo(event.eventEnd());
        }

        private void copyTo(int position) {
            out.raw(new ByteSlice(event.array(), copied, position - copied));
            copied = position;
        }
    }
}
