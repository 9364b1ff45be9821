package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.ReportedCost;
import java.util.HashSet;
import java.util.Set;

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

    /**
     * The usage of a response with what is beside its {@code usage}: the service tier and the calls of billed tools.
     */
    static Usage ofResponse(JsonNode response) {
        Usage usage = read(response.get("usage"));
        BilledCalls calls = new BilledCalls();
        for (JsonNode item : response.path("output")) {
            calls.add(
                    Json.textAt(item, "type"),
                    Json.textAt(item.path("action"), "type"),
                    Json.textAt(item, "container_id"));
        }
        return usage.known() ? with(usage, calls, Json.textAt(response, "service_tier")) : usage;
    }

    static Usage with(Usage usage, BilledCalls calls, String serviceTier) {
        return usage.withDetails(usage.details()
                .withMode(serviceTier)
                .withCalls("web_search", calls.searches)
                .withCalls("file_search", calls.fileSearches)
                .withCalls("code_interpreter", calls.containers()));
    }

    /**
     * Counts the calls of tools that OpenAI runs and bills by call. It bills no page that a search opens, and of code
     * interpreters each container, however often it is called.
     */
    static final class BilledCalls {

        private long searches;
        private long fileSearches;
        /** Null without any. */
        private Set<String> containers;

        /**
         * Adds an output item.
         *
         * @param action the type of its action, or null
         * @param container where it runs code, or null
         */
        void add(String type, String action, String container) {
            searches += "web_search_call".equals(type) && (action == null || action.equals("search")) ? 1 : 0;
            fileSearches += "file_search_call".equals(type) ? 1 : 0;
            if ("code_interpreter_call".equals(type)) {
                containers = containers == null ? new HashSet<>() : containers;
                containers.add(String.valueOf(container));
            }
        }

        private long containers() {
            return containers == null ? 0 : containers.size();
        }
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
