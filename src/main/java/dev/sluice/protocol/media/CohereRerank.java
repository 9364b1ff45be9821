package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.RequestParameters;

/**
 * Cohere's {@code POST /v2/rerank} (OpenAPI of 2026-08). It accepts texts only and returns no documents, so the text of
 * each object is sent, and requested documents are copied from the client's request.
 */
final class CohereRerank implements MediaFormat {

    private static final String DOCUMENTS = "documents";
    private static final int MAX_DOCUMENTS = 1_000;

    @Override
    public String name() {
        return "cohere-rerank";
    }

    @Override
    public ObjectNode encode(MediaRequest request, RequestParameters params, DroppedParameters dropped) {
        ObjectNode body =
                Json.object().put("model", request.target().model()).put("query", params.consumeString("query"));
        ArrayNode texts = body.putArray(DOCUMENTS);
        for (JsonNode document : params.consume(DOCUMENTS)) {
            texts.add(text(document));
        }
        if (texts.size() > MAX_DOCUMENTS) {
            throw RequestErrors.unsupported(
                    DOCUMENTS, "holds " + texts.size() + " documents (expected: at most " + MAX_DOCUMENTS + ")");
        }
        count(params, "top_n", body);
        count(params, "max_tokens_per_doc", body);
        params.consumeBoolean("return_documents");
        return body;
    }

    @Override
    public Decoded decode(JsonNode response, MediaRequest request) {
        if (!response.path("results").isArray()) {
            throw UpstreamErrors.malformedResponse("no results (expected: an array)");
        }
        boolean returns = request.body().path("return_documents").asBoolean();
        ObjectNode decoded = Json.object();
        if (response.hasNonNull("id")) {
            decoded.set("id", response.get("id"));
        }
        decoded.put("model", request.target().model());
        ArrayNode results = decoded.putArray("results");
        for (JsonNode result : response.path("results")) {
            JsonNode index = result.path("index");
            JsonNode document = request.body().path(DOCUMENTS).path(index.asInt(-1));
            if (!index.isInt()
                    || document.isMissingNode()
                    || !result.path("relevance_score").isNumber()) {
                throw UpstreamErrors.malformedResponse(
                        "a result without a score, or with an index outside the documents");
            }
            ObjectNode one = results.addObject();
            one.set("index", index);
            one.set("relevance_score", result.get("relevance_score"));
            if (returns) {
                one.set(
                        "document",
                        document.isObject() ? document : Json.object().set("text", document));
            }
        }
        if (response.hasNonNull("meta")) {
            decoded.set("meta", response.get("meta"));
        }
        // Billed per search, not per token.
        return new Decoded(decoded, Usage.UNKNOWN);
    }

    private static String text(JsonNode document) {
        String text = document.isObject() ? Json.textAt(document, "text") : document.textValue();
        if (text == null) {
            throw RequestErrors.wrongType(DOCUMENTS, "an array of strings, or of objects with a text");
        }
        return text;
    }

    private static void count(RequestParameters params, String name, ObjectNode body) {
        long count = params.consumeCount(name);
        if (count >= 0) {
            body.put(name, count);
        }
    }
}
