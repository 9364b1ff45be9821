package dev.sluice.protocol.anthropic;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.PassThroughReader;
import java.util.function.Consumer;

/** Follows a passed-through Messages stream up to {@code message_stop}. A stream without it is truncated. */
final class AnthropicPassThroughReader extends PassThroughReader {

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
                countEvent();
                completed();
                pass();
            }
            case ERROR -> failed(data);
            case PING -> {
                // Like a comment, a ping does not commit the response.
                if (started()) {
                    pass();
                }
            }
            case OTHER -> {
                countEvent();
                pass();
            }
        }
    }
}
