package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import java.util.function.Consumer;

/**
 * Follows one streamed answer of a provider, event by event. Framing, bounds and malformed JSON are dealt with before.
 */
public interface StreamDecoder {

    /**
     * Takes the data of one event.
     *
     * @param out gets what it means, in the order that {@link ResponseEvent} promises; nothing for events that carry
     *     nothing
     * @throws dev.sluice.model.GatewayException when the event is an error, or cannot be understood although it carries
     *     what is needed. Unknown events are not an error
     */
    void event(JsonNode data, Consumer<ResponseEvent> out);

    /** The provider wrote {@code [DONE]}: ends the answer in every format that knows it. */
    default void done(Consumer<ResponseEvent> out) {}

    /**
     * The transport ended properly without a terminal marker.
     *
     * @return true when the answer is complete all the same, as after a finish reason in a format whose marker is only
     *     a courtesy, or in one that has none
     */
    default boolean endedWithoutMarker(Consumer<ResponseEvent> out) {
        return false;
    }

    /** Whether {@link #endedWithoutMarker} would say yes now. */
    default boolean finished() {
        return false;
    }

    /** True once the terminal marker was seen. */
    boolean complete();

    /** What an event named {@code error} means. */
    default GatewayError error(ByteSlice data) {
        return UpstreamErrors.event(data);
    }
}
