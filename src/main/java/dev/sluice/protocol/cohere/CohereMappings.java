package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** Maps the parts that complete and streamed responses share. */
final class CohereMappings {

    private CohereMappings() {}

    /** The finish reason of a response that did not fail. An unknown reason counts as a normal end. */
    static FinishReason finish(String reason, boolean calls) {
        return switch (reason == null ? "" : reason) {
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "TOOL_CALL" -> FinishReason.TOOL_CALLS;
            case "COMPLETE", "STOP_SEQUENCE" -> FinishReason.STOP;
            default -> calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        };
    }

    /**
     * Usage from {@code tokens}. {@code billed_units} excludes Cohere's own preamble and is used only when
     * {@code tokens} is missing.
     */
    static Usage usage(JsonNode usage) {
        JsonNode counts = usage == null ? null : usage.get("tokens");
        if (counts == null || !counts.isObject()) {
            counts = usage == null ? null : usage.get("billed_units");
        }
        if (counts == null || !counts.isObject()) {
            return Usage.UNKNOWN;
        }
        long prompt = Json.tokensAt(counts, "input_tokens");
        long cached = Json.tokensAt(usage, "cached_tokens");
        cached = cached == Usage.MAX_TOKENS ? cached : Math.min(prompt, cached);
        return new Usage(prompt, Json.tokensAt(counts, "output_tokens"), cached, 0, true);
    }

    /** Null for a citation of the plan or of thinking, which the chat model does not represent. */
    static Citation citation(JsonNode raw) {
        String of = Json.textAt(raw, "type");
        if (!raw.isObject() || of != null && !of.equals("TEXT_CONTENT")) {
            return null;
        }
        JsonNode sources = raw.get("sources");
        JsonNode source = sources == null ? null : sources.get(0);
        JsonNode document = source == null ? null : source.get("document");
        String url = document == null ? null : Json.textAt(document, "url");
        String title = document == null ? null : Json.textAt(document, "title");
        return new Citation(url, title, index(raw, "start"), index(raw, "end"), CohereProtocol.NAME, raw);
    }

    /** Cohere reports a text with the logprobs of its tokens; several tokens of one text become one. */
    static JsonNode logprob(JsonNode item) {
        JsonNode probabilities = item == null ? null : item.get("logprobs");
        String text = item == null ? null : Json.textAt(item, "text");
        if (text == null || probabilities == null || !probabilities.isArray() || probabilities.isEmpty()) {
            return null;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode probability : probabilities) {
            double value = probability.doubleValue();
            if (!probability.isNumber() || !Double.isFinite(value)) {
                return null;
            }
            sum = sum.add(BigDecimal.valueOf(value));
        }
        ObjectNode token = Json.object().put("token", text);
        token.set("logprob", Json.number(sum.doubleValue()));
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            token.withArray("bytes").add(b & 0xff);
        }
        token.putArray("top_logprobs");
        return token;
    }

    private static int index(JsonNode raw, String member) {
        JsonNode index = raw.get(member);
        return index == null || !index.canConvertToInt() || index.intValue() < 0 ? -1 : index.intValue();
    }
}
