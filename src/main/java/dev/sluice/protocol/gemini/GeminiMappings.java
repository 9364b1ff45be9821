package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.UpstreamModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Maps finish reasons, usage, call ids and logprobs. */
final class GeminiMappings {

    private static final List<String> NATIVE =
            List.of("inlineData", "fileData", "executableCode", "codeExecutionResult", "toolCall", "toolResponse");

    private GeminiMappings() {}

    /** Gemini 3 and later, and names that the catalog does not know: Google's aliases such as gemini-flash-latest. */
    static boolean isFrom3(UpstreamModel model) {
        return model.facts().has(Trait.THINKING_LEVEL) || model.model().startsWith("gemini-") && !isBefore3(model);
    }

    static boolean isBefore3(UpstreamModel model) {
        return model.facts().has(Trait.THINKING_BUDGET) || model.model().matches("gemini-[12][.-].*");
    }

    /**
     * The finish reason; Gemini sends {@code STOP} also for a response with tool calls.
     *
     * @param anyContent whether the response has content
     * @return null for a failure
     */
    static FinishReason finish(String reason, boolean calls, boolean anyContent) {
        return switch (reason) {
            case "STOP" -> calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "SAFETY",
                    "RECITATION",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "LANGUAGE",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION",
                    "IMAGE_OTHER" -> FinishReason.CONTENT_FILTER;
            case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE" -> null;
            // OTHER, NO_IMAGE, and unknown reasons: a response with content is complete.
            default -> calls ? FinishReason.TOOL_CALLS : anyContent ? FinishReason.STOP : null;
        };
    }

    /** @param refused whether the response has refusal text */
    static String finish(FinishReason reason, boolean refused) {
        return switch (reason) {
            case STOP, TOOL_CALLS -> refused ? "SAFETY" : "STOP";
            case LENGTH -> "MAX_TOKENS";
            case CONTENT_FILTER -> "SAFETY";
            case PAUSE -> "OTHER";
        };
    }

    /** The searches of a response. Gemini reports them beside its content. */
    static ContentPart.Native searches(JsonNode queries) {
        ObjectNode block = Json.object().put("type", "web_search");
        block.set("webSearchQueries", queries);
        return new ContentPart.Native(GeminiProtocol.NAME, block);
    }

    /** Gemini 3 bills each query, earlier models a prompt with any. */
    static Usage withSearches(Usage reported, int searches) {
        return reported.withDetails(reported.details()
                .withCalls("web_search", searches)
                .withCalls("searched_prompt", Math.min(1, searches)));
    }

    /** Prompt tokens include cached ones. Completion tokens include thoughts, which Gemini counts separately. */
    static Usage usage(JsonNode usage) {
        if (usage == null
                || !usage.isObject()
                || !usage.path("promptTokenCount").isNumber()) {
            return Usage.UNKNOWN;
        }
        long thoughts = Json.tokensAt(usage, "thoughtsTokenCount");
        return new Usage(
                Json.tokensAt(usage, "promptTokenCount") + Json.tokensAt(usage, "toolUsePromptTokenCount"),
                Json.tokensAt(usage, "candidatesTokenCount") + thoughts,
                Json.tokensAt(usage, "cachedContentTokenCount"),
                0,
                thoughts,
                Usage.NO_COST,
                true,
                details(usage));
    }

    private static UsageDetails details(JsonNode usage) {
        JsonNode prompt = usage.path("promptTokensDetails");
        JsonNode tools = usage.path("toolUsePromptTokensDetails");
        JsonNode cache = usage.path("cacheTokensDetails");
        JsonNode output = usage.path("candidatesTokensDetails");
        String traffic = Json.textAt(usage, "trafficType");
        return UsageDetails.NONE
                .withAudio(
                        ofModality(prompt, "AUDIO") + ofModality(tools, "AUDIO"),
                        ofModality(cache, "AUDIO"),
                        ofModality(output, "AUDIO"))
                .withImages(
                        ofModality(prompt, "IMAGE") + ofModality(tools, "IMAGE"),
                        ofModality(cache, "IMAGE"),
                        ofModality(output, "IMAGE"))
                .withMode(tier(Json.textAt(usage, "serviceTier")))
                .withMode(tier(traffic));
    }

    private static long ofModality(JsonNode counts, String modality) {
        long tokens = 0;
        for (JsonNode count : counts) {
            tokens += modality.equals(Json.textAt(count, "modality")) ? Json.tokensAt(count, "tokenCount") : 0;
        }
        return Math.min(Usage.MAX_TOKENS, tokens);
    }

    /** {@code SERVICE_TIER_FLEX} and {@code ON_DEMAND_FLEX} (Vertex AI) as {@code flex}. */
    private static String tier(String reported) {
        return reported == null
                ? null
                : reported.toLowerCase(Locale.ROOT)
                        .replaceFirst("^(service_tier_|on_demand_)", "")
                        .replaceFirst("^traffic_type_unspecified$", "");
    }

    /**
     * An id for a call without one, which no result could refer to. As unique in a conversation as the response ids.
     */
    static String callId(String responseId, int index) {
        return "call_" + (responseId == null ? "" : responseId.replaceAll("[^A-Za-z0-9_-]", "") + "_") + index;
    }

    static boolean isNative(JsonNode part) {
        return NATIVE.stream().anyMatch(part::hasNonNull);
    }

    /** As OpenAI's {@code logprobs.content}. */
    static List<JsonNode> logprobs(JsonNode result) {
        List<JsonNode> tokens = new ArrayList<>();
        JsonNode chosen = result.path("chosenCandidates");
        for (int i = 0; i < chosen.size(); i++) {
            if (chosen.path(i).isObject()) {
                ObjectNode token = token(chosen.path(i));
                ArrayNode top = token.putArray("top_logprobs");
                for (JsonNode other : result.path("topCandidates").path(i).path("candidates")) {
                    top.add(token(other));
                }
                tokens.add(token);
            }
        }
        return tokens;
    }

    private static ObjectNode token(JsonNode candidate) {
        String text = Json.textAt(candidate, "token");
        JsonNode probability = candidate.path("logProbability");
        ObjectNode token = Json.object().put("token", text == null ? "" : text);
        token.set("logprob", probability.isNumber() ? probability : Json.number(0));
        // Gemini sends none, but clients of OpenAI's Responses require them.
        ArrayNode bytes = token.putArray("bytes");
        for (byte b : token.path("token").textValue().getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xff);
        }
        return token;
    }
}
