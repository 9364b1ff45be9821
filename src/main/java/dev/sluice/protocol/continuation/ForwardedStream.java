package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * A stream in one client format: remembers what the client was told, and writes a second stream as the rest of it.
 *
 * <p>Events of OpenAI's chat and of Anthropic are read with {@link JsonScanner}, one pass over each, those of Responses
 * as trees; both methods throw {@link dev.sluice.protocol.json.MalformedJson}.
 */
abstract class ForwardedStream {

    /** Longer answers do not go on: the bound on what one exchange may hold, in characters. */
    static final int MAX_TEXT = 4 << 20;

    private final StringBuilder text = new StringBuilder();
    private boolean plain = true;
    private boolean finished;
    private boolean diverge;
    private Overlap overlap;

    /** Takes in an event that the client is told. */
    abstract void observe(ByteSlice data);

    /** Writes an event of the second stream as the client may see it, or nothing. */
    abstract void resume(EventFramer event, EventBytes out);

    /** A second stream begins. */
    void restart(Overlap with) {
        overlap = with;
    }

    final StringBuilder text() {
        return text;
    }

    /** Whether everything said was text, and no more of it than can be held. */
    final boolean plain() {
        return plain;
    }

    /** Whether the client was told why the answer ended. */
    final boolean finished() {
        return finished;
    }

    final Overlap overlap() {
        return overlap;
    }

    /** Something other than text was said. */
    final void markNotPlain() {
        plain = false;
        text.setLength(0);
        text.trimToSize();
    }

    /** The second stream cannot be told as the rest of the first. */
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
    final void say(byte[] array, int start, int end) {
        if (!plain || end - start <= 2) {
            return;
        }
        if (text.length() + end - start > MAX_TEXT) {
            markNotPlain();
            return;
        }
        text.append(JsonScanner.text(array, start, end));
    }

    final void say(String words) {
        if (plain && text.length() + words.length() > MAX_TEXT) {
            markNotPlain();
        } else if (plain) {
            text.append(words);
        }
    }

    /** The event with spans of its data, in their order, replaced. */
    static final class Splice {

        private final EventFramer event;
        private final EventBytes out;
        private int copied;

        Splice(EventFramer event, EventBytes out) {
            this.event = event;
            this.out = out;
            this.copied = event.eventStart();
        }

        /** @param from offset from the start of the data; negative: nothing is replaced */
        void put(int from, int to, String by) {
            if (from >= 0) {
                copyTo(event.dataStart() + from);
                out.raw(by);
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
