package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import java.util.function.Consumer;

/**
 * Decodes one streamed response of a provider, event by event. The reader that calls it handles framing, bounds and
 * malformed JSON.
 */
public interface StreamDecoder {

    /**
     * Decodes the data of one event.
     *
     * @param out receives the decoded events in the order that {@link ResponseEvent} defines; none for events without
     *     content
     * @throws dev.sluice.model.GatewayException when the event reports an error or cannot be decoded. Unknown events
     *     are ignored
     */
    void decode(JsonNode data, Consumer<ResponseEvent> out);

    /** Called when the provider wrote {@code [DONE]}: ends the response in the formats that have this marker. */
    default void done(Consumer<ResponseEvent> out) {}

    /**
     * Called when the transport ended properly without a terminal marker.
     *
     * @return true when the response is complete nevertheless, as after a finish reason in a format whose marker is
     *     optional, or in a format without one
     */
    default boolean endedWithoutMarker(Consumer<ResponseEvent> out) {
        return false;
    }

    /** Whether {@link #endedWithoutMarker} would return true now. */
    default boolean finished() {
        return false;
    }

    /** True once the terminal marker was received. */
    boolean complete();

    /** The error that an event named {@code error} reports. */
    default GatewayError error(ByteSlice data) {
        return UpstreamErrors.ofEvent(data);
    }
}
