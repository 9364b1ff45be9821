package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
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
        long reasoning = Json.tokensAt(usage.path("completion_tokens_details"), "reasoning_tokens");
        return new Usage(
                Json.tokensAt(usage, "prompt_tokens"),
                Json.tokensAt(usage, "completion_tokens") + (reasoningOutside ? reasoning : 0),
                cached,
                Json.tokensAt(prompt, "cache_write_tokens"),
                reasoning,
                ReportedCost.nanoUsd(usage),
                true);
    }

    static ObjectNode write(Usage reported) {
        Usage usage = reported.forClients();
        ObjectNode written = Json.object()
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.totalTokens());
        written.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        written.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        return written;
    }
}
