package dev.sluice.protocol;

import dev.sluice.catalog.Quirks;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Relay;
import dev.sluice.model.Surface;
import dev.sluice.model.Upload;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.RelayReader;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.media.FormRewriter;
import dev.sluice.protocol.media.MediaErrorDetector;
import dev.sluice.protocol.media.MediaPassThroughReader;
import dev.sluice.protocol.media.Multipart;
import dev.sluice.protocol.media.VideoId;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.request.UpstreamUpload;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/**
 * The codec of a request whose body is relayed without parsing, or is a form in a file, of which only the model's name
 * and the parameters of quirks change. Usage is read from the response where its format is known.
 */
final class RelayCodec implements ProviderCodec {

    private final ClientRequest request;
    private final String provider;
    private final Relay relay;
    private final List<Protocol> formats;
    private final UpstreamUpload upload;
    private final List<String> dropped;

    /** @param formats that are tried when usage is read from a response */
    RelayCodec(ClientRequest request, ProviderSettings provider, String model, List<Protocol> formats) {
        this.request = request;
        this.provider = provider.name();
        this.relay = request.relay();
        this.formats = formats;
        Upload received = relay.upload();
        if (received == null || received.parts().isEmpty()) {
            this.upload = received == null ? null : new UpstreamUpload(received, List.of());
            this.dropped = List.of();
        } else {
            FormRewriter form = new FormRewriter(
                    Multipart.boundary(relay.contentType()),
                    received.parts(),
                    UpstreamModel.of(provider, model, request.surface()));
            this.upload = new UpstreamUpload(received, form.replacements());
            this.dropped = form.dropped();
        }
    }

    @Override
    public String method() {
        return relay.method();
    }

    @Override
    public String path() {
        return request.surface().label();
    }

    @Override
    public String target(ProviderSettings provider, String model) {
        String base = request.surface() == Surface.PASSTHROUGH
                ? provider.basePath()
                : provider.pathFor(request.surface(), model);
        return base + relay.tail();
    }

    @Override
    public List<String> headers() {
        return List.of();
    }

    @Override
    public String contentType() {
        return relay.contentType();
    }

    @Override
    public UpstreamUpload upload() {
        return upload;
    }

    @Override
    public UpstreamBody body() {
        return new UpstreamBody(List.of(request.body()), dropped);
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return switch (request.surface()) {
            // Proxies send errors with status 200, too. Other relayed responses may have any members.
            case TRANSCRIPTIONS, TRANSLATIONS, IMAGE_EDITS -> MediaErrorDetector.of(request.surface(), status, body);
            default -> status / 100 == 2 ? null : UpstreamErrors.of(status, body);
        };
    }

    /** Files and transcripts have any content type. */
    @Override
    public boolean accepts(String contentType) {
        return true;
    }

    @Override
    public CompleteResponse completeResponse(ByteSlice response) {
        if (request.surface() == Surface.VIDEOS) {
            return new CompleteResponse(VideoId.replaceId(response, provider, request.model()), Usage.UNKNOWN);
        }
        // What a read returns was charged when it was made.
        return new CompleteResponse(response, relay.isRead() ? Usage.UNKNOWN : RelayUsage.of(response, formats));
    }

    @Override
    public StreamReader reader() {
        return new RelayReader();
    }

    @Override
    public StreamReader relay(int status, String contentType) {
        if (relay.verbatim() && status / 100 == 3) {
            // The client decides whether it follows a redirect. Sluice follows none.
            return new RelayReader();
        }
        boolean listed = request.surface() == Surface.FILES || request.surface() == Surface.BATCHES;
        boolean hasIds = listed && relay.path().indexOf('/', 1) < 0;
        if (status / 100 != 2 || contentType.startsWith("application/json") || hasIds) {
            return null;
        }
        if (contentType.startsWith("text/event-stream")) {
            if (request.surface() != Surface.PASSTHROUGH) {
                return new MediaPassThroughReader();
            }
            for (Protocol format : formats) {
                if (relay.path().endsWith(format.surface().path().substring("/v1".length()))) {
                    return format.reader(request, Quirks.NONE);
                }
            }
            return relay.isRead() ? new RelayReader() : new RelayUsageReader(formats);
        }
        return new RelayReader();
    }

    @Override
    public boolean verbatim() {
        return relay.verbatim();
    }
}
