package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.json.Json;

/** Reads usage from the events of OpenAI's Realtime API: each {@code response.done} reports that of one response. */
public final class RealtimeUsage {

    private static final String DONE = "response.done";

    /** The most tokens of one response: many times the context of the models that serve this API. */
    private static final long MAX_TOKENS = 1_000_000;

    private RealtimeUsage() {}

    /**
     * The usage that the event reports; null for events other than {@code response.done} and for those without usage.
     */
    public static Usage of(String event) {
        // Audio deltas are many and large: only events that mention response.done are parsed.
        if (!event.contains(DONE)) {
            return null;
        }
        JsonNode tree = Json.readOrNull(event);
        if (tree == null || !DONE.equals(Json.textAt(tree, "type"))) {
            return null;
        }
        JsonNode usage = tree.path("response").path("usage");
        return usage.isObject()
                ? new Usage(
                                Json.tokensAt(usage, "input_tokens"),
                                Json.tokensAt(usage, "output_tokens"),
                                Json.tokensAt(usage.path("input_token_details"), "cached_tokens"),
                                0,
                                true)
                        .withDetails(details(usage))
                : null;
    }

    private static UsageDetails details(JsonNode usage) {
        JsonNode input = usage.path("input_token_details");
        JsonNode cached = input.path("cached_tokens_details");
        JsonNode output = usage.path("output_token_details");
        return UsageDetails.NONE
                .withAudio(
                        Json.tokensAt(input, "audio_tokens"),
                        Json.tokensAt(cached, "audio_tokens"),
                        Json.tokensAt(output, "audio_tokens"))
                .withImages(Json.tokensAt(input, "image_tokens"), Json.tokensAt(cached, "image_tokens"), 0);
    }

    /** Whether one response can have this usage. */
    public static boolean isPlausible(Usage usage) {
        return usage.promptTokens() <= MAX_TOKENS
                && usage.completionTokens() <= MAX_TOKENS
                && usage.cachedTokens() <= MAX_TOKENS;
    }
}
