package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;

/**
 * Reads and writes usage of Chat Completions. The cost that a provider reports is read but not passed on to clients.
 */
final class OpenAiUsage {

    private static final double NANO = 1e9;

    /** xAI's {@code cost_in_usd_ticks}: 10,000,000,000 to the dollar. */
    private static final long TICKS_PER_NANO = 10;

    private OpenAiUsage() {}

    /** @return null when it counts neither prompt nor completion */
    static Usage read(JsonNode usage, boolean reasoningOutside) {
        if (!usage.path("prompt_tokens").isNumber()
                && !usage.path("completion_tokens").isNumber()) {
            return null;
        }
        JsonNode prompt = usage.path("prompt_tokens_details");
        long cached = Math.max(
                Json.countAt(prompt, "cached_tokens"),
                Math.max(Json.countAt(usage, "prompt_cache_hit_tokens"), Json.countAt(usage, "num_cached_tokens")));
        long reasoning = Json.countAt(usage.path("completion_tokens_details"), "reasoning_tokens");
        return new Usage(
                Json.countAt(usage, "prompt_tokens"),
                Json.countAt(usage, "completion_tokens") + (reasoningOutside ? reasoning : 0),
                cached,
                Json.countAt(prompt, "cache_write_tokens"),
                reasoning,
                cost(usage),
                true);
    }

    /** The reported cost in nano-dollars: OpenRouter writes dollars, xAI ticks, Perplexity an object. */
    private static long cost(JsonNode usage) {
        JsonNode ticks = usage.path("cost_in_usd_ticks");
        if (ticks.isNumber()) {
            return Math.max(0, ticks.longValue() / TICKS_PER_NANO);
        }
        JsonNode cost = usage.path("cost");
        if (cost.isObject()) {
            cost = cost.path("total_cost");
        }
        return cost.isNumber() ? Math.max(0, Math.round(cost.doubleValue() * NANO)) : Usage.NO_COST;
    }

    static ObjectNode write(Usage usage) {
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
