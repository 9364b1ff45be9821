package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Reads the usage of a media response in any of its formats: {@code prompt_tokens} (embeddings), {@code input_tokens}
 * (images, transcriptions), Cohere's {@code meta.billed_units}, and the costs that OpenRouter ({@code cost}),
 * Perplexity ({@code cost.total_cost}) and xAI ({@code cost_in_usd_ticks}) report.
 */
final class MediaUsage {

    private static final byte[] USAGE = "usage".getBytes(StandardCharsets.UTF_8);
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
    /** xAI documents 10,000,000,000 ticks as one US dollar. */
    private static final long TICKS_PER_NANO = 10;

    private static final long MAX_COST = Long.MAX_VALUE / 1_000;

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
        long cost = cost(usage);
        boolean counted = usage.path("prompt_tokens").isNumber()
                || usage.path("input_tokens").isNumber()
                || usage.path("total_tokens").isNumber();
        if (!counted && cost == Usage.NO_COST) {
            return Usage.UNKNOWN;
        }
        long prompt = Math.max(Json.countAt(usage, "prompt_tokens"), Json.countAt(usage, "input_tokens"));
        long completion = Math.max(Json.countAt(usage, "completion_tokens"), Json.countAt(usage, "output_tokens"));
        if (prompt == 0 && completion == 0) {
            prompt = Json.countAt(usage, "total_tokens");
        }
        long cached = Math.max(
                Json.countAt(usage.path("prompt_tokens_details"), "cached_tokens"),
                Json.countAt(usage.path("input_tokens_details"), "cached_tokens"));
        return new Usage(prompt, completion, cached, 0, 0, cost, true);
    }

    /** Usage of prompt tokens only. */
    static Usage ofPrompt(long tokens) {
        return new Usage(tokens, 0, 0, 0, true);
    }

    private static long cost(JsonNode usage) {
        JsonNode ticks = usage.path("cost_in_usd_ticks");
        if (ticks.isNumber()) {
            return Math.max(0, ticks.longValue() / TICKS_PER_NANO);
        }
        JsonNode cost = usage.path("cost");
        JsonNode dollars = cost.isObject() ? cost.path("total_cost") : cost;
        if (!dollars.isNumber()) {
            return Usage.NO_COST;
        }
        BigDecimal nanos = dollars.decimalValue().multiply(NANOS);
        return nanos.signum() < 0 ? 0 : nanos.min(BigDecimal.valueOf(MAX_COST)).longValue();
    }
}
