package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Perplexity's embeddings: OpenAI's format, but each vector is a base64 string of signed bytes, and unknown members are
 * rejected. The bytes become numbers from -128 to 127 without scaling, because vectors are compared by cosine
 * similarity.
 */
final class PerplexityEmbed implements MediaFormat {

    /** The limit of OpenAI's API, whose format it is. */
    private static final int MAX_TEXTS = 2_048;

    @Override
    public String name() {
        return "perplexity-embed";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        ObjectNode body = Json.object().put("model", request.target().model());
        var input = body.putArray("input");
        Embeddings.texts(params, MAX_TEXTS).forEach(input::add);
        Embeddings.encoding(params);
        body.put("encoding_format", "base64_int8");
        long dimensions = params.consumeCount("dimensions");
        if (dimensions >= 0) {
            body.put("dimensions", dimensions);
        }
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        if (!response.path("data").isArray()) {
            throw UpstreamErrors.malformedResponse("no data (expected: an array)");
        }
        List<JsonNode> vectors = new ArrayList<>();
        for (JsonNode item : response.path("data")) {
            vectors.add(numbers(item.path("embedding")));
        }
        Usage usage = MediaUsage.of(response.get("usage"));
        return new Decoded(Embeddings.list(vectors, request, usage), usage);
    }

    private static JsonNode numbers(JsonNode embedding) {
        ArrayNode numbers = Json.array();
        try {
            for (byte number : Base64.getDecoder().decode(embedding.asText())) {
                numbers.add(number);
            }
        } catch (IllegalArgumentException notBase64) {
            throw UpstreamErrors.malformedResponse("an embedding that is not base64");
        }
        if (numbers.isEmpty()) {
            throw UpstreamErrors.malformedResponse("an embedding without numbers");
        }
        return numbers;
    }
}
