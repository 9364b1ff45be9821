package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.protocol.request.RequestReader;

/** A wire format that clients speak to Sluice. Implementations are pure and stateless: no I/O, no clock, no Vert.x. */
public interface ClientProtocol {

    /** The name used in the catalogue and in fixtures, for example {@code openai-chat}. */
    String name();

    /** What a client of this format asks for. */
    Surface surface();

    /**
     * Reads what Sluice acts on from a client's body.
     *
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} when the body is not what the surface
     *     takes
     */
    default ClientRequest read(ByteSlice body) {
        return new RequestReader(surface(), body).read();
    }

    /**
     * Reads all of a request, for a provider of another format.
     *
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST}, naming the field, when something is not
     *     what the format says
     */
    ChatRequest decode(ClientRequest request);

    /** A whole answer as this format writes it. */
    ByteSlice encode(ChatResponse response, ChatRequest request);

    /** Writes one streamed answer. */
    StreamEncoder writer(ChatRequest request);

    /** The error as an event that ends a stream after it began, without any terminal marker. */
    ByteSlice errorEvent(GatewayError error, String requestId);
}
