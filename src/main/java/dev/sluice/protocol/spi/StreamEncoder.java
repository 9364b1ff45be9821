package dev.sluice.protocol.spi;

import dev.sluice.model.Usage;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.sse.EventBytes;

/** Writes one streamed response in a client's format. {@link ClientProtocol#failureEvents} writes failures. */
public interface StreamEncoder {

    /** Writes the bytes for one event; none when they must wait for a later one. */
    void write(ResponseEvent event, EventBytes out);

    /** Ends a complete response: closes open parts, writes usage and the terminal marker. */
    void end(Usage usage, EventBytes out);
}
