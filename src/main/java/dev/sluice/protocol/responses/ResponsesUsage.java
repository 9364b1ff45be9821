package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import java.math.BigDecimal;

/**
 * Maps usage of this format, and the cost reported by xAI ({@code cost_in_usd_ticks}, ten billion to the dollar) and
 * OpenRouter ({@code cost}, dollars). Output includes reasoning tokens, also at xAI, unlike in its Chat Completions.
 */
final class ResponsesUsage {

    private static final int TICKS_PER_NANO = 10;
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    private ResponsesUsage() {}

    /** The {@code usage} object of a response; {@link Usage#UNKNOWN} when it has neither input nor output tokens. */
    static Usage read(JsonNode usage) {
        if (usage == null || !has(usage, "input_tokens") && !has(usage, "output_tokens")) {
            return Usage.UNKNOWN;
        }
        JsonNode input = usage.path("input_tokens_details");
        return new Usage(
                Json.countAt(usage, "input_tokens"),
                Json.countAt(usage, "output_tokens"),
                Json.countAt(input, "cached_tokens"),
                Json.countAt(input, "cache_write_tokens"),
                Json.countAt(usage.path("output_tokens_details"), "reasoning_tokens"),
                cost(usage),
                true);
    }

    /** As {@link #read(JsonNode)}, from bytes that are known to be JSON. */
    static Usage read(ByteSlice usage) {
        try {
            return read(Json.read(usage));
        } catch (MalformedJson duplicateMember) {
            return Usage.UNKNOWN;
        }
    }

    static ObjectNode write(Usage usage) {
        ObjectNode written = Json.object().put("input_tokens", usage.promptTokens());
        written.putObject("input_tokens_details")
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        written.put("output_tokens", usage.completionTokens());
        written.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        return written.put("total_tokens", usage.totalTokens());
    }

    private static boolean has(JsonNode usage, String member) {
        JsonNode count = usage.get(member);
        return count != null && count.isNumber();
    }

    private static long cost(JsonNode usage) {
        JsonNode ticks = usage.get("cost_in_usd_ticks");
        if (ticks != null && ticks.isIntegralNumber() && ticks.canConvertToLong() && ticks.longValue() >= 0) {
            return ticks.longValue() / TICKS_PER_NANO;
        }
        JsonNode dollars = usage.get("cost");
        if (dollars == null || !dollars.isNumber() || dollars.decimalValue().signum() < 0) {
            return Usage.NO_COST;
        }
        // A cost of a billion dollars or more is a provider's mistake.
        return dollars.decimalValue().precision() - dollars.decimalValue().scale() > 9
                ? Usage.NO_COST
                : dollars.decimalValue().multiply(NANOS).longValue();
    }
}
