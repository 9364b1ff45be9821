package dev.sluice.protocol.media;

import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.UpstreamModel;

/** How a request that is no conversation gets to a provider. */
public final class MediaCodecs {

    private MediaCodecs() {}

    /**
     * As the provider's format of the surface wants it, as it is where that is OpenAI's own.
     *
     * @return null when the provider does not offer the surface
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} or {@code UNSUPPORTED}, naming the field
     */
    public static ProviderCodec codecFor(ClientRequest request, ProviderSettings provider, String model) {
        Surface surface = request.surface();
        if (provider.pathFor(surface, model) == null) {
            return null;
        }
        UpstreamModel target = UpstreamModel.of(provider, model);
        String format = provider.type().surfaces().get(surface.label());
        return format == null
                ? new MediaPassThroughCodec(request, target)
                : new MediaTranslatingCodec(MediaFormats.named(format), request, target);
    }
}
