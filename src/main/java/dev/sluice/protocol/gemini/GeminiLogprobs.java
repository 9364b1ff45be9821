package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.protocol.json.Json;
import java.util.List;

/** Encodes log probabilities, which the format-neutral model has as OpenAI's {@code logprobs.content}. */
final class GeminiLogprobs {

    private GeminiLogprobs() {}

    static ObjectNode encode(List<JsonNode> tokens) {
        ObjectNode result = Json.object();
        ArrayNode chosen = result.putArray("chosenCandidates");
        ArrayNode top = result.putArray("topCandidates");
        for (JsonNode token : tokens) {
            chosen.add(candidate(token));
            ArrayNode others = top.addObject().putArray("candidates");
            token.path("top_logprobs").forEach(other -> others.add(candidate(other)));
        }
        return result;
    }

    private static ObjectNode candidate(JsonNode token) {
        ObjectNode candidate = Json.object().put("token", token.path("token").asText());
        candidate.set("logProbability", token.path("logprob").isNumber() ? token.get("logprob") : Json.number(0));
        return candidate;
    }
}
