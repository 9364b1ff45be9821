package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/**
 * Videos through Blackbox's chat. The response arrives when the video is finished, so its id contains the link and the
 * provider is not polled.
 */
final class BlackboxVideos implements MediaFormat {

    @Override
    public String name() {
        return "blackbox-videos";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        if (params.has("input_reference")) {
            throw RequestErrors.unsupported("input_reference", "is not supported: this provider accepts a prompt only");
        }
        return BlackboxChat.encode(request, params, dropped);
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        VideoId id = VideoId.finished(
                request.target().provider(),
                request.model(),
                Json.countAt(response, "created"),
                BlackboxChat.link(response));
        return new Decoded(Videos.echoParameters(Videos.video(id, Videos.COMPLETED, 100), request), Usage.UNKNOWN);
    }
}
