package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/** Images through Blackbox's chat. They are billed per call, and the reported token counts are always zero. */
final class BlackboxImages implements MediaFormat {

    private static final String FORMAT = "response_format";

    @Override
    public String name() {
        return "blackbox-images";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        String format = params.consumeString(FORMAT);
        if (format != null && !format.equals("url")) {
            throw RequestErrors.unsupported(
                    FORMAT,
                    "is not url, but this provider returns links only and Sluice does not fetch them (expected: url)");
        }
        return BlackboxChat.encode(request, params, dropped);
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        ObjectNode decoded = Json.object().put("created", Json.countAt(response, "created"));
        decoded.putArray("data").addObject().put("url", BlackboxChat.link(response));
        return new Decoded(decoded, Usage.UNKNOWN);
    }
}
