package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;
import java.util.ArrayList;
import java.util.List;

/**
 * Cohere's {@code POST /v2/embed} (OpenAPI of 2026-08). It requires the purpose of the embeddings: the client's
 * {@code input_type}, which is Cohere's parameter, else {@code search_document}. Floats are requested and encoded here,
 * because the byte order of Cohere's base64 is not documented.
 */
final class CohereEmbed implements MediaFormat {

    private static final int MAX_TEXTS = 96;

    @Override
    public String name() {
        return "cohere-embed";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        ObjectNode body = Json.object().put("model", request.target().model());
        var texts = body.putArray("texts");
        Embeddings.texts(params, MAX_TEXTS).forEach(texts::add);
        Embeddings.encoding(params);
        String purpose = params.consumeString("input_type");
        body.put("input_type", purpose == null ? "search_document" : purpose);
        body.putArray("embedding_types").add("float");
        long dimensions = params.consumeCount("dimensions");
        if (dimensions >= 0) {
            body.put("output_dimension", dimensions);
        }
        String truncate = params.consumeString("truncate");
        if (truncate != null) {
            body.put("truncate", truncate);
        }
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        JsonNode floats = response.path("embeddings").path("float");
        if (!floats.isArray()) {
            throw UpstreamErrors.malformedResponse("no embeddings.float (expected: an array)");
        }
        List<JsonNode> vectors = new ArrayList<>();
        floats.forEach(vector -> vectors.add(Embeddings.vector(vector)));
        JsonNode billed = response.path("meta").path("billed_units");
        Usage usage = MediaUsage.ofPrompt(billed, "input_tokens");
        return new Decoded(Embeddings.list(vectors, request, usage), usage);
    }
}
