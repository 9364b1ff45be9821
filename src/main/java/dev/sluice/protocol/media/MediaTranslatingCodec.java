package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.QuirksStep;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/** The codec for providers with their own format of the surface. None of these formats streams. */
final class MediaTranslatingCodec implements ProviderCodec {

    private final MediaFormat format;
    private final ClientRequest request;
    private final MediaRequest mediaRequest;

    /** @throws dev.sluice.model.GatewayException when the request cannot be translated, whatever its members are */
    MediaTranslatingCodec(MediaFormat format, ClientRequest request, UpstreamModel target) {
        if (request.stream()) {
            throw RequestErrors.unsupported(
                    "stream", "is true, but this provider does not stream here (expected: false)");
        }
        this.format = format;
        this.request = Multipart.isForm(request) ? Multipart.toJsonRequest(request) : request;
        this.mediaRequest = MediaRequest.of(this.request, target);
    }

    @Override
    public String path() {
        return request.surface().label();
    }

    @Override
    public String method() {
        return request.surface().hasBody() ? "POST" : "GET";
    }

    @Override
    public String id() {
        return request.surface().hasBody() ? "" : VideoId.upstreamId(request);
    }

    @Override
    public List<String> headers() {
        return List.of();
    }

    @Override
    public UpstreamBody body() {
        if (!request.surface().hasBody()) {
            return new UpstreamBody(List.of(), List.of());
        }
        DroppedParameters dropped = new DroppedParameters();
        RequestParameters params = mediaRequest.params(dropped);
        ObjectNode body = format.encode(mediaRequest, params, dropped);
        params.dropRest();
        QuirksStep.apply(mediaRequest.target().quirks(), body, dropped);
        return new UpstreamBody(List.of(Json.bytes(body)), dropped.list(), dropped.listLost());
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        boolean inProgress =
                status / 100 == 2 && body.isEmpty() && !request.surface().hasBody();
        return inProgress ? null : MediaErrorDetector.of(request.surface(), status, body);
    }

    @Override
    public CompleteResponse completeResponse(ByteSlice response) {
        MediaFormat.Decoded decoded = format.decode(tree(response), mediaRequest);
        ByteSlice body = decoded.location() == null ? Json.bytes(decoded.body()) : ByteSlice.EMPTY;
        return new CompleteResponse(body, decoded.usage(), decoded.location());
    }

    @Override
    public StreamReader reader() {
        return new MediaPassThroughReader();
    }

    private static JsonNode tree(ByteSlice response) {
        if (response.isEmpty()) {
            return Json.object();
        }
        return UpstreamErrors.readObject(response);
    }
}
