package dev.sluice.protocol.gemini;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.PassThroughReader;
import java.util.function.Consumer;

/**
 * Follows a passed-through stream. Gemini has no terminal marker: the response is complete when the transport ends
 * after every candidate has its finish reason, or after the prompt was blocked.
 */
final class GeminiPassThroughReader extends PassThroughReader {

    private final GeminiEventScanner event = new GeminiEventScanner();
    private final Consumer<ByteSlice> reading = event::read;

    @Override
    public Usage usage() {
        return event.usage();
    }

    @Override
    protected void data(ByteSlice data) {
        if (!read(reading, data)) {
            return;
        }
        if (event.failed()) {
            failed(data);
            return;
        }
        countEvent(event.hasContent());
        pass();
    }

    @Override
    protected ByteSlice missingMarker() {
        return event.finished() ? ByteSlice.EMPTY : null;
    }
}
