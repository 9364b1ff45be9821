package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.PassThroughReader;
import java.util.function.Consumer;

/**
 * Reads a streamed chat response that is passed through: {@code data:} events with JSON, ended by {@code data: [DONE]}.
 */
public final class ChatPassThroughReader extends PassThroughReader {

    private static final ByteSlice NULL = ByteSlice.of("null");
    private static final ByteSlice DONE = ByteSlice.of("data: [DONE]\n\n");

    private final boolean hidesUsage;
    private final ChatEventScanner event;
    private final Consumer<ByteSlice> scan;
    private Usage usage = Usage.UNKNOWN;

    public ChatPassThroughReader(boolean hidesUsage, boolean reasoningOutside) {
        this.hidesUsage = hidesUsage;
        this.event = new ChatEventScanner(reasoningOutside);
        this.scan = event::read;
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    protected void data(ByteSlice data) {
        if (isDone(data)) {
            countEvent(true);
            completed();
            pass();
        } else if (read(scan, data)) {
            chunk(data);
        }
    }

    @Override
    protected ByteSlice missingMarker() {
        return event.finished() ? DONE : null;
    }

    private void chunk(ByteSlice data) {
        if (event.usage() != null) {
            usage = event.usage();
        }
        if (event.failed() || !event.isObject()) {
            failed(data);
            return;
        }
        countEvent(event.hasContent());
        if (!hidesUsage || !event.hasUsageObject()) {
            pass();
        } else if (!event.withoutChoices()) {
            pass(event.usageStart(), event.usageEnd(), NULL);
        }
    }
}
