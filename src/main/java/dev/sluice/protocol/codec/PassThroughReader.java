package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.sse.EventFramer;
import dev.sluice.protocol.sse.KeepAliveEvent;
import dev.sluice.protocol.sse.PassedBytes;
import java.util.function.Consumer;

/**
 * The base of readers of streamed responses whose bytes are passed through. Subclasses handle the data of each event.
 *
 * <p>Comments and events without data are passed only after an event with data: until then the request may still fail
 * over to another target.
 */
public abstract class PassThroughReader extends EventStreamReader {

    private final PassedBytes passed = new PassedBytes();
    private boolean started;

    /** An event may be a picture, the log probabilities of a long text, or a whole response. */
    protected PassThroughReader() {
        super(EventFramer.LARGEST_EVENT);
    }

    @Override
    public final boolean started() {
        return started;
    }

    @Override
    public final boolean finished() {
        return !ended() && missingMarker() != null;
    }

    /**
     * Handles an event with data that is not blank. Calls one of the methods below, or none to hide the event from the
     * client.
     */
    protected abstract void data(ByteSlice data);

    /** The terminal marker to add when the transport ended without one; null when the response is not finished. */
    protected ByteSlice missingMarker() {
        return null;
    }

    /** Lets the format read the data; false when the data is malformed, which ends the stream. */
    protected final boolean read(Consumer<ByteSlice> format, ByteSlice data) {
        try {
            format.accept(data);
            return true;
        } catch (MalformedJson malformed) {
            malformed(malformed);
            return false;
        }
    }

    /** @param content whether the current event has a part of the response, or its end: it is no opening */
    protected final void countEvent(boolean content) {
        countEvent();
        started |= content;
    }

    /** Passes the event to the client. */
    protected final void pass() {
        passed.pass(framer().eventStart(), framer().eventEnd());
    }

    /** Passes the event with a span of its data replaced; positions count from the start of the data. */
    protected final void pass(int from, int to, ByteSlice by) {
        passed.pass(framer().eventStart(), framer().dataStart() + from);
        passed.insert(by);
        passed.pass(framer().dataStart() + to, framer().eventEnd());
    }

    /** Ends the stream because the event reports an error. */
    protected final void failed(ByteSlice data) {
        failed(UpstreamErrors.ofEvent(data));
    }

    @Override
    protected final void received(ByteSlice chunk) {
        passed.reset(framer().array());
    }

    @Override
    protected final void event() {
        if (!framer().hasData()) {
            if (events() > 0) {
                pass();
            }
            return;
        }
        ByteSlice data = framer().data();
        if (framer().namedError() && !isDone(data)) {
            failed(data);
        } else if (!isBlank(data) && !KeepAliveEvent.matches(data)) {
            data(data);
        }
    }

    @Override
    protected final ByteSlice output(ByteSlice chunk) {
        return passed.drain(chunk);
    }

    @Override
    protected final ByteSlice finishWithoutMarker(ByteSlice last) {
        ByteSlice marker = missingMarker();
        if (marker == null) {
            truncated();
            return last;
        }
        completed();
        started = true;
        passed.insert(last);
        passed.insert(marker);
        return passed.drain(ByteSlice.EMPTY);
    }

    /** Whether the data is OpenAI's terminal marker. */
    public static boolean isDone(ByteSlice data) {
        int first = firstNonBlank(data);
        return first < data.end()
                && data.array()[first] == '['
                && data.toText().strip().equals("[DONE]");
    }

    private static boolean isBlank(ByteSlice data) {
        return firstNonBlank(data) == data.end();
    }

    private static int firstNonBlank(ByteSlice data) {
        int at = data.offset();
        while (at < data.end() && (data.array()[at] == ' ' || data.array()[at] == '\t' || data.array()[at] == '\n')) {
            at++;
        }
        return at;
    }
}
