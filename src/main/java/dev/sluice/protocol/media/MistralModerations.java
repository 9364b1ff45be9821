package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/**
 * Mistral's {@code POST /v1/moderations}: OpenAI's format with other categories and without {@code flagged}, which
 * clients expect. It is set when any category applies.
 */
final class MistralModerations implements MediaFormat {

    @Override
    public String name() {
        return "mistral-moderations";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        JsonNode input = params.consume("input");
        for (JsonNode part : input) {
            if (!part.isTextual()) {
                throw RequestErrors.unsupported(
                        "input",
                        "has a part that is not a text, which this provider does not moderate (expected: texts)");
            }
        }
        ObjectNode body = Json.object().put("model", request.target().model());
        body.set("input", input);
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        if (!response.path("results").isArray()) {
            throw UpstreamErrors.malformedResponse("no results (expected: an array)");
        }
        ObjectNode decoded = response.deepCopy();
        var results = decoded.putArray("results");
        for (JsonNode result : response.path("results")) {
            boolean flagged = false;
            for (JsonNode applies : result.path("categories")) {
                flagged |= applies.asBoolean();
            }
            ObjectNode one = results.addObject().put("flagged", flagged);
            result.properties().forEach(member -> one.set(member.getKey(), member.getValue()));
        }
        return new Decoded(decoded, MediaUsage.of(response.get("usage")));
    }
}
