package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;

/** Reads usage from the events of OpenAI's Realtime API: each {@code response.done} reports that of one response. */
public final class RealtimeUsage {

    private static final String DONE = "response.done";

    /** The most tokens counted for one response: many times the context of the models that serve this API. */
    private static final long MAX_TOKENS = 1_000_000;

    private RealtimeUsage() {}

    /** The usage so far plus that of the event; events other than {@code response.done} add nothing. */
    public static Usage plus(Usage before, String event) {
        // Audio deltas are many and large: only events that mention response.done are parsed.
        if (!event.contains(DONE)) {
            return before;
        }
        JsonNode tree = Json.readOrNull(event);
        if (tree == null || !DONE.equals(Json.textAt(tree, "type"))) {
            return before;
        }
        JsonNode usage = tree.path("response").path("usage");
        if (!usage.isObject()) {
            return before;
        }
        return new Usage(
                before.promptTokens() + countAt(usage, "input_tokens"),
                before.completionTokens() + countAt(usage, "output_tokens"),
                before.cachedTokens() + countAt(usage.path("input_token_details"), "cached_tokens"),
                before.reasoningTokens(),
                true);
    }

    private static long countAt(JsonNode usage, String name) {
        return Math.min(MAX_TOKENS, Json.countAt(usage, name));
    }
}
