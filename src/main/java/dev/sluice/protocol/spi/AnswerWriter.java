package dev.sluice.protocol.spi;

import dev.sluice.model.Usage;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.protocol.sse.EventBytes;

/** Writes one streamed answer in a client's format. How a failure is told is {@link ClientDialect#errorEvent}'s. */
public interface AnswerWriter {

    /** Writes what the event adds, which may be nothing yet. */
    void write(AnswerEvent event, EventBytes out);

    /** The answer is complete: closes what is open, tells usage, writes the terminal marker. */
    void end(Usage usage, EventBytes out);
}
