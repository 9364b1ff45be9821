package dev.sluice.dialect;

import dev.sluice.config.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;

/** A wire format, both ways. Implementations are pure and stateless: no I/O, no clock, no Vert.x. */
public interface Dialect {

    /** The name used in the catalogue and in fixtures, for example {@code openai-chat}. */
    String name();

    /**
     * Reads what Sluice acts on from a client's body.
     *
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} when the body is not what the surface
     *     takes
     */
    ClientRequest read(Surface surface, ByteSlice body);

    /** Makes the body for a provider: the client's bytes with only the spans replaced that must change. */
    UpstreamBody encode(ClientRequest request, String upstreamModel, Quirks quirks);

    /** A reader for one streamed answer to a request. */
    StreamReader reader(ClientRequest request, Quirks quirks);

    /** The usage reported in a whole answer, {@link Usage#UNKNOWN} when there is none. */
    Usage usage(ByteSlice answer, Quirks quirks);

    /**
     * Tells what a provider's refusal means, or a whole answer with status 200 that carries an error instead of an
     * answer.
     *
     * @return null when the status is 2xx and the body is an answer
     */
    GatewayError refusal(int status, ByteSlice body);

    /** The error as an event that ends a stream in this format, without any terminal marker. */
    ByteSlice errorEvent(GatewayError error);
}
