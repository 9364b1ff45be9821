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
 * Gemini's {@code :batchEmbedContents}, one request for each text. Its parameter {@code taskType} is accepted under
 * that name and as {@code task_type}.
 */
final class GeminiEmbed implements MediaFormat {

    /** Google's documented limit of one batch. */
    private static final int MAX_TEXTS = 100;

    @Override
    public String name() {
        return "gemini-embed";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        List<String> texts = Embeddings.texts(params, MAX_TEXTS);
        Embeddings.encoding(params);
        long dimensions = params.consumeCount("dimensions");
        String named = params.consumeString("taskType");
        String purpose = named == null ? params.consumeString("task_type") : named;
        ObjectNode body = Json.object();
        var requests = body.putArray("requests");
        for (String text : texts) {
            ObjectNode one = requests.addObject()
                    .put("model", "models/" + request.target().model());
            one.putObject("content").putArray("parts").addObject().put("text", text);
            if (purpose != null) {
                one.put("taskType", purpose);
            }
            if (dimensions >= 0) {
                one.put("outputDimensionality", dimensions);
            }
        }
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        if (!response.path("embeddings").isArray()) {
            throw UpstreamErrors.malformedResponse("no embeddings (expected: an array)");
        }
        List<JsonNode> vectors = new ArrayList<>();
        response.path("embeddings").forEach(each -> vectors.add(Embeddings.vector(each.path("values"))));
        Usage usage = MediaUsage.ofPrompt(response.path("usageMetadata"), "promptTokenCount");
        return new Decoded(Embeddings.list(vectors, request, usage), usage);
    }
}
