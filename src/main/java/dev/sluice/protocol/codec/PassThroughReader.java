package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.sse.EventFramer;
import dev.sluice.protocol.sse.KeepAliveEvent;
import dev.sluice.protocol.sse.PassedBytes;
import java.util.function.Consumer;

/**
 * Follows a streamed response whose bytes pass as they are. A format judges each event by its data.
 *
 * <p>Comments and events without data pass only after an event with data has passed: until then another target may
 * still answer.
 */
public abstract class PassThroughReader extends EventStreamReader {

    private final PassedBytes passed = new PassedBytes();

    /** With the usual bound on one event. */
    protected PassThroughReader() {
        this(EventFramer.MAX_EVENT);
    }

    /** @param maxEvent the bound on one event in bytes */
    protected PassThroughReader(int maxEvent) {
        super(maxEvent);
    }

    @Override
    public final boolean began() {
        return events() > 0;
    }

    @Override
    public final boolean finished() {
        return !ended() && owedMarker() != null;
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
            malformed(malformed);
            return false;
        }
    }

    /** The event passes. */
    protected final void pass() {
        passed.pass(framer().eventStart(), framer().eventEnd());
    }

    /** The event passes with a span of its data replaced, counted from the start of the data. */
    protected final void pass(int from, int to, ByteSlice by) {
        passed.pass(framer().eventStart(), framer().dataStart() + from);
        passed.put(by);
        passed.pass(framer().dataStart() + to, framer().eventEnd());
    }

    /** The event reports an error. */
    protected final void failed(ByteSlice data) {
        failed(UpstreamErrors.event(data));
    }

    @Override
    protected final void received(ByteSlice chunk) {
        passed.over(framer().array());
    }

    @Override
    protected final void event() {
        if (!framer().hasData()) {
            if (began()) {
                pass();
            }
            return;
        }
        ByteSlice data = framer().data();
        if (framer().namedError() && !isDone(data)) {
            failed(data);
        } else if (!isBlank(data) && !KeepAliveEvent.in(data)) {
            data(data);
        }
    }

    @Override
    protected final ByteSlice output(ByteSlice chunk) {
        return passed.take(chunk);
    }

    @Override
    protected final ByteSlice finishWithoutMarker(ByteSlice last) {
        ByteSlice owed = owedMarker();
        if (owed == null) {
            truncated();
            return last;
        }
        completed();
        passed.put(last);
        passed.put(owed);
        return passed.take(ByteSlice.EMPTY);
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
