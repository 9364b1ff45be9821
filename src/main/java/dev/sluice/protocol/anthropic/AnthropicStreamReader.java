package dev.sluice.protocol.anthropic;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.PassThroughReader;
import java.util.function.Consumer;

/** Follows a stream of Messages that passes as it is, up to {@code message_stop}, which no provider may owe. */
final class AnthropicStreamReader extends PassThroughReader {

    private final AnthropicEventScanner event = new AnthropicEventScanner();
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
        switch (event.type()) {
            case STOP -> {
                seen();
                completed();
                pass();
            }
            case ERROR -> failed(data);
            case PING -> {
                // Does not commit the answer, as little as a comment.
                if (began()) {
                    pass();
                }
            }
            case OTHER -> {
                seen();
                pass();
            }
        }
    }
}
