package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.ReportedCost;
import java.nio.charset.StandardCharsets;

/**
 * Reads the usage of a media response in any of its formats: {@code prompt_tokens} (embeddings), {@code input_tokens}
 * (images, transcriptions), Cohere's {@code meta.billed_units}, and the costs that OpenRouter ({@code cost}),
 * Perplexity ({@code cost.total_cost}) and xAI ({@code cost_in_usd_ticks}) report.
 */
final class MediaUsage {

    private static final byte[] USAGE = "usage".getBytes(StandardCharsets.UTF_8);

    private MediaUsage() {}

    /** Reads only the {@code usage} object, because a response may be an image of many megabytes. */
    static Usage ofBody(ByteSlice response) {
        JsonScanner json = new JsonScanner().reset(response);
        try {
            if (json.peek() != '{') {
                return Usage.UNKNOWN;
            }
            json.enter();
            while (json.more()) {
                boolean found = json.nameIs(USAGE);
                json.peek();
                int start = json.position();
                json.skip();
                if (found) {
                    return of(Json.read(new ByteSlice(response.array(), start, json.position() - start)));
                }
            }
        } catch (MalformedJson malformed) {
            return Usage.UNKNOWN;
        }
        return Usage.UNKNOWN;
    }

    /** @param usage the object, or null */
    static Usage of(JsonNode usage) {
        if (usage == null || !usage.isObject()) {
            return Usage.UNKNOWN;
        }
        long cost = ReportedCost.nanoUsd(usage);
        boolean counted = usage.path("prompt_tokens").isNumber()
                || usage.path("input_tokens").isNumber()
                || usage.path("total_tokens").isNumber();
        if (!counted && cost == Usage.NO_COST) {
            return Usage.UNKNOWN;
        }
        long prompt = Math.max(Json.tokensAt(usage, "prompt_tokens"), Json.tokensAt(usage, "input_tokens"));
        long completion = Math.max(Json.tokensAt(usage, "completion_tokens"), Json.tokensAt(usage, "output_tokens"));
        if (prompt == 0 && completion == 0) {
            prompt = Json.tokensAt(usage, "total_tokens");
        }
        long cached = Math.max(
                Json.tokensAt(usage.path("prompt_tokens_details"), "cached_tokens"),
                Json.tokensAt(usage.path("input_tokens_details"), "cached_tokens"));
        return new Usage(prompt, completion, cached, 0, 0, cost, true, details(usage, completion));
    }

    /** The Images API has images only: without a breakdown its output is one. */
    private static UsageDetails details(JsonNode usage, long completion) {
        JsonNode input = usage.path("input_tokens_details");
        JsonNode audio = usage.path("input_token_details");
        JsonNode cached = input.path("cached_tokens_details");
        JsonNode output = usage.path("output_tokens_details");
        long drawn = output.path("image_tokens").isNumber()
                ? Json.tokensAt(output, "image_tokens")
                : input.path("image_tokens").isNumber() ? completion : 0;
        return UsageDetails.NONE
                .withAudio(Json.tokensAt(audio, "audio_tokens"), 0, 0)
                .withImages(Json.tokensAt(input, "image_tokens"), Json.tokensAt(cached, "image_tokens"), drawn)
                .ofOnlyMedia();
    }

    /** Usage of prompt tokens only; {@link Usage#UNKNOWN} when the object does not have their number at the member. */
    static Usage ofPrompt(JsonNode object, String member) {
        return object.path(member).isNumber() ? new Usage(Json.tokensAt(object, member), 0, 0, 0, true) : Usage.UNKNOWN;
    }
}
