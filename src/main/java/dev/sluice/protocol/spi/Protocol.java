package dev.sluice.protocol.spi;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.RequestRewriter;
import dev.sluice.protocol.request.UpstreamBody;

/**
 * A wire format that both clients and providers speak. When it is the same on both sides, bytes pass through: the
 * methods here look at what they must and leave the rest as it came.
 */
public interface Protocol extends ClientProtocol, UpstreamFormat {

    /** Makes the body for a provider: the client's bytes with only the spans replaced that must change. */
    default UpstreamBody forward(ClientRequest request, String upstreamModel, Quirks quirks) {
        return new RequestRewriter(request, upstreamModel, quirks).encode();
    }

    /** Follows one streamed answer to a request, passing its bytes on. */
    StreamReader reader(ClientRequest request, Quirks quirks);

    /** The usage reported in a whole answer, {@link Usage#UNKNOWN} when there is none. */
    Usage usage(ByteSlice answer, Quirks quirks);

    /** What came with a status: {@link #refusal} and {@link #usage}, in one pass where a format can. */
    default Seen seen(int status, ByteSlice answer, Quirks quirks) {
        GatewayError refusal = refusal(status, answer);
        return new Seen(refusal, refusal == null ? usage(answer, quirks) : Usage.UNKNOWN);
    }

    /** @param refusal null when it is an answer */
    record Seen(GatewayError refusal, Usage usage) {}
}
