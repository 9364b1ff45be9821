package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/** Blackbox's chat format for images and videos: the prompt is a user message, and the response is a link. */
final class BlackboxChat {

    private BlackboxChat() {}

    static ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        ObjectNode body = Json.object().put("model", request.target().model());
        body.putArray("messages").addObject().put("role", "user").put("content", params.consumeString("prompt"));
        if (params.consumeCount("n") > 1) {
            dropped.adjusted("n", 1);
        }
        return body;
    }

    static String link(JsonNode response) {
        JsonNode content = response.path("choices").path(0).path("message").path("content");
        String link = content.asText().strip();
        if (!VideoId.isLink(link)) {
            throw UpstreamErrors.malformedResponse(
                    "no link to the generated media (expected: a URL in choices[0].message.content)");
        }
        return link;
    }
}
