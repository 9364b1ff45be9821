package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.ReportedCost;

/** Maps usage of this format. Output includes reasoning tokens, also at xAI, unlike in its Chat Completions. */
final class ResponsesUsage {

    private ResponsesUsage() {}

    /** The {@code usage} object of a response; {@link Usage#UNKNOWN} when it has neither input nor output tokens. */
    static Usage read(JsonNode usage) {
        if (usage == null || !has(usage, "input_tokens") && !has(usage, "output_tokens")) {
            return Usage.UNKNOWN;
        }
        JsonNode input = usage.path("input_tokens_details");
        return new Usage(
                Json.tokensAt(usage, "input_tokens"),
                Json.tokensAt(usage, "output_tokens"),
                Json.tokensAt(input, "cached_tokens"),
                Json.tokensAt(input, "cache_write_tokens"),
                Json.tokensAt(usage.path("output_tokens_details"), "reasoning_tokens"),
                ReportedCost.nanoUsd(usage),
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

    static ObjectNode write(Usage reported) {
        Usage usage = reported.forClients();
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
}
