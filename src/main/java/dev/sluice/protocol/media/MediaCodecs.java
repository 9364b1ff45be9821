package dev.sluice.protocol.media;

import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.UpstreamModel;

/** Chooses the codec of a media request for a provider. */
public final class MediaCodecs {

    private MediaCodecs() {}

    /**
     * The codec of the provider's format for the surface; a pass-through codec where that is OpenAI's format.
     *
     * @return null when the provider does not offer the surface
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} or {@code UNSUPPORTED}, naming the field
     */
    public static ProviderCodec codecFor(ClientRequest request, ProviderSettings provider, String model) {
        Surface surface = request.surface();
        if (provider.pathFor(surface, model) == null) {
            return null;
        }
        UpstreamModel target = UpstreamModel.of(provider, model, surface);
        String format = provider.type().surfaces().get(surface.label());
        return format == null
                ? new MediaPassThroughCodec(request, target)
                : new MediaTranslatingCodec(MediaFormats.named(format), request, target);
    }
}
