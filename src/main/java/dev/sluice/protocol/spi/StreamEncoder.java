package dev.sluice.protocol.spi;

import dev.sluice.model.Usage;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.sse.EventBytes;

/** Writes one streamed answer in a client's format. How a failure is told is {@link ClientProtocol#errorEvent}'s. */
public interface StreamEncoder {

    /** Writes what the event adds, which may be nothing yet. */
    void write(ResponseEvent event, EventBytes out);

    /** The answer is complete: closes what is open, tells usage, writes the terminal marker. */
    void end(Usage usage, EventBytes out);
}
