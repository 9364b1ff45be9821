package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ReportedCost;

/** Maps the parts that complete and streamed responses share. */
final class PerplexityMappings {

    private PerplexityMappings() {}

    static FinishReason finish(JsonNode response, boolean calls) {
        if (!"incomplete".equals(Json.textAt(response, "status"))) {
            return calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        }
        String reason = Json.textAt(response.path("incomplete_details"), "reason");
        return "content_filter".equals(reason) ? FinishReason.CONTENT_FILTER : FinishReason.LENGTH;
    }

    /** Perplexity does not document whether counts include cached and reasoning tokens: the quirks decide. */
    static Usage usage(JsonNode usage, Quirks quirks) {
        if (usage == null || !usage.isObject()) {
            return Usage.UNKNOWN;
        }
        JsonNode details = usage.path("input_tokens_details");
        long cached =
                Math.max(Json.tokensAt(details, "cache_read_input_tokens"), Json.tokensAt(details, "cached_tokens"));
        long written = Json.tokensAt(details, "cache_creation_input_tokens");
        long reasoning = Json.tokensAt(usage.path("output_tokens_details"), "reasoning_tokens");
        long prompt = Json.tokensAt(usage, "input_tokens");
        long completion = Json.tokensAt(usage, "output_tokens");
        return new Usage(
                quirks.cacheOutside() ? Math.min(Usage.MAX_TOKENS, prompt + cached + written) : prompt,
                quirks.reasoningOutside() ? Math.min(Usage.MAX_TOKENS, completion + reasoning) : completion,
                cached,
                written,
                reasoning,
                ReportedCost.nanoUsd(usage),
                true);
    }
}
