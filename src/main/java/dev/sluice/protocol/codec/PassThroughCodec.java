package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/**
 * The codec for a client and a provider with the same format: bytes are passed through, and only the spans that must
 * change are rewritten.
 */
public final class PassThroughCodec implements ProviderCodec {

    private final Protocol protocol;
    private final ClientRequest request;
    private final UpstreamModel target;
    private Protocol.Outcome outcome;

    public PassThroughCodec(Protocol protocol, ClientRequest request, UpstreamModel target) {
        this.protocol = protocol;
        this.request = request;
        this.target = target;
    }

    @Override
    public String path() {
        return protocol.path(request);
    }

    @Override
    public List<String> headers() {
        return protocol.headers(target);
    }

    @Override
    public UpstreamBody body() {
        return protocol.forward(request, target);
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        outcome = protocol.inspect(status, body, target.quirks());
        return outcome.error();
    }

    @Override
    public CompleteResponse completeResponse(ByteSlice body) {
        Usage usage = outcome == null ? protocol.usage(body, target.quirks()) : outcome.usage();
        return new CompleteResponse(protocol.respond(body, request, target), usage);
    }

    @Override
    public StreamReader reader() {
        return protocol.reader(request, target);
    }
}
