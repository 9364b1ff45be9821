package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Maps the parts that complete and streamed responses share. */
final class PerplexityMappings {

    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
    /** A larger cost of one call is a provider's mistake. */
    private static final BigDecimal MAX_USD = BigDecimal.valueOf(1_000_000L);

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
                Math.max(Json.countAt(details, "cache_read_input_tokens"), Json.countAt(details, "cached_tokens"));
        long written = Json.countAt(details, "cache_creation_input_tokens");
        long reasoning = Json.countAt(usage.path("output_tokens_details"), "reasoning_tokens");
        long prompt = Json.countAt(usage, "input_tokens");
        long completion = Json.countAt(usage, "output_tokens");
        return new Usage(
                quirks.cacheOutside() ? Math.min(Usage.MAX_TOKENS, prompt + cached + written) : prompt,
                quirks.reasoningOutside() ? Math.min(Usage.MAX_TOKENS, completion + reasoning) : completion,
                cached,
                written,
                reasoning,
                cost(usage.path("cost")),
                true);
    }

    private static long cost(JsonNode cost) {
        JsonNode total = cost.get("total_cost");
        String currency = Json.textAt(cost, "currency");
        if (total == null || !total.isNumber() || currency != null && !currency.equals("USD")) {
            return Usage.NO_COST;
        }
        // Compared before scaling: a huge exponent would exhaust the memory.
        BigDecimal usd = total.decimalValue();
        if (usd.signum() < 0 || usd.compareTo(MAX_USD) > 0) {
            return Usage.NO_COST;
        }
        return usd.precision() - usd.scale() < -12
                ? 0
                : usd.multiply(NANOS).setScale(0, RoundingMode.HALF_UP).longValue();
    }
}
