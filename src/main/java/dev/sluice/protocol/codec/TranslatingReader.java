package dev.sluice.protocol.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.ResponseLimits;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;
import dev.sluice.protocol.sse.EventTreeReader;
import dev.sluice.protocol.sse.KeepAliveEvent;
import java.util.function.Consumer;

/**
 * Follows a streamed answer of one format and writes it in another. Events that arrive in one read leave as one piece.
 */
public final class TranslatingReader implements StreamReader {

    /** The last event of some formats repeats the whole answer. */
    private static final int MAX_EVENT = 8 << 20;

    private final StreamDecoder decoder;
    private final StreamEncoder writer;
    private final EventFramer framer = new EventFramer(MAX_EVENT);
    private final EventTreeReader json = new EventTreeReader();
    private final EventBytes out = new EventBytes();
    private final Consumer<ResponseEvent> writing = this::write;
    private final ResponseLimits limits = new ResponseLimits();
    private int events;
    private boolean began;
    private boolean atEnd;
    private boolean complete;
    private GatewayError error;
    private Usage usage = Usage.UNKNOWN;

    public TranslatingReader(StreamDecoder decoder, StreamEncoder writer) {
        this.decoder = decoder;
        this.writer = writer;
    }

    @Override
    public ByteSlice accept(ByteSlice chunk) {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        framer.feed(chunk);
        try {
            limits.read(chunk.length());
            while (!ended() && framer.next()) {
                read();
            }
        } catch (GatewayException failure) {
            error = failure.error();
        }
        if (!ended() && framer.tooLarge()) {
            error = GatewayError.of(
                            GatewayError.Kind.UPSTREAM,
                            "the provider sent an event of more than " + MAX_EVENT + " bytes")
                    .withCode(FailureCode.EVENT_TOO_LARGE);
        }
        framer.keep();
        return out.take();
    }

    @Override
    public ByteSlice finish() {
        if (ended()) {
            return ByteSlice.EMPTY;
        }
        atEnd = true;
        ByteSlice last = accept(framer.missingEnd());
        if (!ended() && decoder.endedWithoutMarker(writing)) {
            end();
        } else if (!ended()) {
            error = truncated();
        }
        return joined(last, out.take());
    }

    @Override
    public boolean began() {
        return began;
    }

    @Override
    public int events() {
        return events;
    }

    @Override
    public boolean finished() {
        return !ended() && decoder.finished();
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

    private void read() {
        if (!framer.hasData()) {
            return;
        }
        ByteSlice data = framer.data();
        if (framer.namedError()) {
            error = decoder.error(data);
            return;
        }
        String text = data.length() <= 16 ? data.toText().strip() : null;
        if (text != null && text.isEmpty()) {
            return;
        }
        if (KeepAliveEvent.in(data)) {
            return;
        }
        events++;
        if (text != null && text.equals("[DONE]")) {
            decoder.done(writing);
        } else {
            event(data);
        }
        if (decoder.complete()) {
            end();
        }
    }

    private void event(ByteSlice data) {
        JsonNode tree;
        try {
            tree = json.read(data);
        } catch (MalformedJson malformed) {
            // The transport's end may have cut the last event in two: that is a truncated stream, not a bad event.
            error = atEnd
                    ? truncated()
                    : GatewayError.of(
                                    GatewayError.Kind.UPSTREAM,
                                    "the provider answered badly: event " + events + " of the stream "
                                            + malformed.getMessage())
                            .withCode(FailureCode.MALFORMED_EVENT);
            return;
        }
        decoder.event(tree, writing);
    }

    private void write(ResponseEvent event) {
        if (event instanceof ResponseEvent.UsageReported seen) {
            usage = seen.usage();
        }
        limits.count(event);
        began = true;
        writer.write(event, out);
    }

    private void end() {
        complete = true;
        writer.end(usage, out);
    }

    private GatewayError truncated() {
        return GatewayError.of(
                GatewayError.Kind.TRUNCATED, "stream ended after " + events + " events without its terminal marker");
    }

    private static ByteSlice joined(ByteSlice first, ByteSlice second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        byte[] bytes = new byte[first.length() + second.length()];
        System.arraycopy(first.array(), first.offset(), bytes, 0, first.length());
        System.arraycopy(second.array(), second.offset(), bytes, first.length(), second.length());
        return ByteSlice.of(bytes);
    }
}
