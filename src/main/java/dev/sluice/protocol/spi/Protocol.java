package dev.sluice.protocol.spi;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.RequestRewriter;
import dev.sluice.protocol.request.UpstreamBody;

/**
 * A wire format of both clients and providers. When client and provider use the same one, bytes are passed through: the
 * methods here read only what Sluice acts on and leave the rest unchanged.
 */
public interface Protocol extends ClientProtocol, UpstreamFormat {

    /** The body for a provider: the client's bytes, with only those spans replaced that must change. */
    default UpstreamBody forward(ClientRequest request, String upstreamModel, Quirks quirks) {
        return new RequestRewriter(request, upstreamModel, quirks).encode();
    }

    /** A new reader of one streamed response, which passes its bytes on. */
    StreamReader reader(ClientRequest request, Quirks quirks);

    /** The usage reported in a complete response, {@link Usage#UNKNOWN} when there is none. */
    Usage usage(ByteSlice response, Quirks quirks);

    /** {@link #errorOf} and {@link #usage} of a complete body, in one pass where the format supports it. */
    default Outcome inspect(int status, ByteSlice response, Quirks quirks) {
        GatewayError error = errorOf(status, response);
        return new Outcome(error, error == null ? usage(response, quirks) : Usage.UNKNOWN);
    }

    /** @param error null when the body is a response, not an error */
    record Outcome(GatewayError error, Usage usage) {}
}
