package dev.sluice.protocol.media;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.PassThroughReader;
import java.util.function.Consumer;

/**
 * The pass-through reader of streamed images, audio and transcripts: JSON events with a {@code type}, the last of which
 * is {@code ….completed} or {@code ….done}. Each image of a stream has such an event, so the stream is complete when
 * the transport ends after one, or at {@code [DONE]}.
 */
public final class MediaPassThroughReader extends PassThroughReader {

    private final MediaEventScanner event = new MediaEventScanner();
    private final Consumer<ByteSlice> scan = event::read;
    private boolean terminal;
    private Usage usage = Usage.UNKNOWN;

    @Override
    public Usage usage() {
        return usage;
    }

    /** No marker is added: the end of the transport completes the stream. */
    @Override
    protected ByteSlice missingMarker() {
        return terminal ? ByteSlice.EMPTY : null;
    }

    @Override
    protected void data(ByteSlice data) {
        if (isDone(data)) {
            if (terminal) {
                completed();
                pass();
            }
        } else if (read(scan, data)) {
            if (event.failed()) {
                failed(data);
            } else {
                countEvent(true);
                terminal |= event.terminal();
                usage = event.usage().known() ? event.usage() : usage;
                pass();
            }
        }
    }
}
