package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A media request during translation, kept for decoding its response.
 *
 * @param model as the client named it
 * @param body the client's own members
 */
record MediaRequest(Surface surface, String model, UpstreamModel target, JsonNode body) {

    static MediaRequest of(ClientRequest request, UpstreamModel target) {
        try {
            return new MediaRequest(request.surface(), request.model(), target, Json.readRequest(request.body()));
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
    }

    RequestParameters params(DroppedParameters dropped) {
        Map<String, ChatParameter> params = new LinkedHashMap<>();
        body.properties().forEach(member -> {
            if (!member.getValue().isNull() && !member.getKey().equals("model")) {
                params.put(member.getKey(), new ChatParameter(member.getKey(), member.getValue()));
            }
        });
        return new RequestParameters(params, dropped);
    }

    /** The string at a member that a format has accepted, or null. */
    String text(String name) {
        return Json.textAt(body, name);
    }
}
