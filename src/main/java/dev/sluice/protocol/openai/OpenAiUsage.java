package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ReportedCost;

/**
 * Reads and writes usage of Chat Completions. The cost that a provider reports is read but not passed on to clients.
 */
final class OpenAiUsage {

    private OpenAiUsage() {}

    /** @return null when it counts neither prompt nor completion */
    static Usage read(JsonNode usage, boolean reasoningOutside) {
        if (!usage.path("prompt_tokens").isNumber()
                && !usage.path("completion_tokens").isNumber()) {
            return null;
        }
        JsonNode prompt = usage.path("prompt_tokens_details");
        long cached = Math.max(
                Json.tokensAt(prompt, "cached_tokens"),
                Math.max(Json.tokensAt(usage, "prompt_cache_hit_tokens"), Json.tokensAt(usage, "num_cached_tokens")));
        JsonNode completion = usage.path("completion_tokens_details");
        long reasoning = Json.tokensAt(completion, "reasoning_tokens");
        return new Usage(
                Json.tokensAt(usage, "prompt_tokens"),
                Json.tokensAt(usage, "completion_tokens") + (reasoningOutside ? reasoning : 0),
                cached,
                Json.tokensAt(prompt, "cache_write_tokens"),
                reasoning,
                ReportedCost.nanoUsd(usage),
                true,
                UsageDetails.NONE
                        .withAudio(Json.tokensAt(prompt, "audio_tokens"), 0, Json.tokensAt(completion, "audio_tokens"))
                        .withImages(
                                Json.tokensAt(prompt, "image_tokens"), 0, Json.tokensAt(completion, "image_tokens")));
    }

    static ObjectNode write(Usage reported) {
        Usage usage = reported.forClients();
        ObjectNode written = Json.object()
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.totalTokens());
        UsageDetails details = usage.details();
        ObjectNode prompt = written.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        putCount(prompt, "audio_tokens", details.audio().input());
        putCount(prompt, "image_tokens", details.images().input());
        ObjectNode completion =
                written.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        putCount(completion, "audio_tokens", details.audio().output());
        putCount(completion, "image_tokens", details.images().output());
        return written;
    }

    private static void putCount(ObjectNode holder, String name, long tokens) {
        if (tokens > 0) {
            holder.put(name, tokens);
        }
    }
}
