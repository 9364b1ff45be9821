package dev.sluice.protocol.media;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.RelayReader;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.request.RequestRewriter;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;
import java.util.Map;

/**
 * The codec for providers that use OpenAI's format of the surface: bytes pass unchanged, except the model's name, the
 * ids of videos, and embeddings in another encoding than the client requested.
 */
final class MediaPassThroughCodec implements ProviderCodec {

    private final ClientRequest request;
    private final Surface surface;
    private final UpstreamModel target;

    MediaPassThroughCodec(ClientRequest request, UpstreamModel target) {
        this.request = request;
        this.surface = request.surface();
        this.target = target;
    }

    @Override
    public String path() {
        return surface.label();
    }

    @Override
    public String method() {
        return surface.hasBody() ? "POST" : "GET";
    }

    @Override
    public String id() {
        return surface.hasBody() ? "" : VideoId.upstreamId(request);
    }

    @Override
    public boolean accepts(String contentType) {
        return MediaErrorDetector.mayBeNonJson(surface) || ProviderCodec.super.accepts(contentType);
    }

    @Override
    public List<String> headers() {
        return Multipart.isForm(request) ? List.of("content-type", Multipart.contentType(request.body())) : List.of();
    }

    @Override
    public UpstreamBody body() {
        if (!surface.hasBody()) {
            return new UpstreamBody(List.of(), List.of());
        }
        if (Multipart.isForm(request)) {
            return Multipart.forTarget(request, target);
        }
        return new RequestRewriter(request, target.model(), quirks()).encode();
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return MediaErrorDetector.of(surface, status, body);
    }

    @Override
    public CompleteResponse completeResponse(ByteSlice response) {
        ByteSlice document = UpstreamErrors.withoutByteOrderMark(response);
        return switch (surface) {
            case VIDEOS, VIDEO ->
                new CompleteResponse(
                        VideoId.replaceId(document, target.provider(), request.model()), MediaUsage.ofBody(document));
            case EMBEDDINGS ->
                new CompleteResponse(Embeddings.asRequested(request, response), MediaUsage.ofBody(document));
            case SPEECH, VIDEO_CONTENT -> new CompleteResponse(response, Usage.UNKNOWN);
            default -> new CompleteResponse(response, MediaUsage.ofBody(document));
        };
    }

    @Override
    public StreamReader reader() {
        return new MediaPassThroughReader();
    }

    /** Audio and video are relayed as they arrive, without a size limit. */
    @Override
    public StreamReader relay(int status, String contentType) {
        boolean media = status / 100 == 2
                && surface.isBinary()
                && !contentType.startsWith("application/json")
                && !contentType.startsWith("text/");
        return media ? new RelayReader() : null;
    }

    /**
     * Streams of these surfaces report their usage without a request for it. A model that the client left out is added.
     */
    private Quirks quirks() {
        boolean unnamed = !target.model().isEmpty() && request.member("model") == null;
        return target.quirks()
                .plus(new Quirks(
                        Map.of(),
                        List.of(),
                        unnamed ? Map.of("model", JsonText.quote(target.model())) : Map.of(),
                        Quirks.StreamUsage.ALWAYS,
                        false));
    }
}
