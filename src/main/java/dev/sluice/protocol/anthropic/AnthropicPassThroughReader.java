package dev.sluice.protocol.anthropic;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.PassThroughReader;
import java.util.function.Consumer;

/** Follows a passed-through Messages stream up to {@code message_stop}. A stream without it is truncated. */
final class AnthropicPassThroughReader extends PassThroughReader {

    private final AnthropicEventScanner event = new AnthropicEventScanner();
    private final Consumer<ByteSlice> reading = event::read;
    private final ByteSlice model;

    /** @param model the name in JSON that the response has for its model; null for the provider's */
    AnthropicPassThroughReader(ByteSlice model) {
        this.model = model;
    }

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
            case START -> {
                countEvent(false);
                if (model == null || !event.hasModel()) {
                    pass();
                } else {
                    pass(event.modelStart() - data.offset(), event.modelEnd() - data.offset(), model);
                }
            }
            case STOP -> {
                countEvent(true);
                completed();
                pass();
            }
            case ERROR -> failed(data);
            case PING -> {
                // Like a comment, a ping is no event of the response.
                if (events() > 0) {
                    pass();
                }
            }
            case OTHER -> {
                countEvent(true);
                pass();
            }
        }
    }
}
