package dev.sluice.protocol.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.ResponseLimits;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventTreeReader;
import dev.sluice.protocol.sse.KeepAliveEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a streamed response of one format and writes it in another. Events that arrive in one read are written as one
 * piece.
 */
public final class TranslatingReader extends EventStreamReader {

    /** In some formats the last event repeats the complete response. */
    private static final int MAX_EVENT = 8 << 20;

    private final StreamDecoder decoder;
    private final StreamEncoder encoder;
    private final EventTreeReader json = new EventTreeReader();
    private final EventBytes out = new EventBytes();
    private final Consumer<ResponseEvent> writing = this::write;
    private final ResponseLimits limits = new ResponseLimits();
    private boolean started;
    private Usage usage = Usage.UNKNOWN;

    public TranslatingReader(StreamDecoder decoder, StreamEncoder encoder) {
        super(MAX_EVENT);
        this.decoder = decoder;
        this.encoder = encoder;
    }

    /** Some formats repeat the complete text in several events at the end. */
    @Override
    public boolean isLarge(int more) {
        return super.isLarge(more) || limits.textLength() > LARGE;
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public boolean finished() {
        return !ended() && decoder.finished();
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    protected void received(ByteSlice chunk) {
        limits.read(chunk.length());
    }

    @Override
    protected void event() {
        if (!framer().hasData()) {
            return;
        }
        ByteSlice data = framer().data();
        if (framer().namedError()) {
            failed(decoder.error(data));
            return;
        }
        String text = data.length() <= 16 ? data.toText().strip() : null;
        if (text != null && text.isEmpty() || KeepAliveEvent.matches(data)) {
            return;
        }
        if (text != null && text.equals("[DONE]")) {
            countEvent();
            decoder.done(writing);
        } else {
            decode(data);
        }
        if (decoder.complete()) {
            end();
        }
    }

    @Override
    protected ByteSlice output(ByteSlice chunk) {
        return out.drain();
    }

    @Override
    protected ByteSlice finishWithoutMarker(ByteSlice last) {
        if (decoder.endedWithoutMarker(writing)) {
            end();
        } else {
            truncated();
        }
        return joined(last, out.drain());
    }

    private void decode(ByteSlice data) {
        JsonNode tree;
        try {
            tree = json.read(data);
        } catch (MalformedJson malformed) {
            malformed(malformed);
            return;
        }
        countEvent();
        decoder.decode(tree, writing);
    }

    private void write(ResponseEvent event) {
        if (event instanceof ResponseEvent.UsageReported reported) {
            usage = reported.usage();
        }
        limits.count(event);
        started |= hasContent(event);
        encoder.write(event, out);
    }

    private static boolean hasContent(ResponseEvent event) {
        return switch (event) {
            case ResponseEvent.Started opening -> false;
            case ResponseEvent.UsageReported reported -> false;
            case ResponseEvent.PartEnded ended -> false;
            case ResponseEvent.TextDelta delta -> !delta.text().isEmpty();
            case ResponseEvent.ReasoningDelta delta -> !delta.text().isEmpty();
            case ResponseEvent.RefusalDelta delta -> !delta.text().isEmpty();
            default -> true;
        };
    }

    private void end() {
        completed();
        started = true;
        encoder.end(usage, out);
    }

    private static ByteSlice joined(ByteSlice first, ByteSlice second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        return ByteSlice.joined(List.of(first, second));
    }
}
