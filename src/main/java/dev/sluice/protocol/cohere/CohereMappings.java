package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** What whole and streamed answers say in the same words. */
final class CohereMappings {

    private CohereMappings() {}

    /** Of a reason that is no failure. Words that are not known count as an ordinary end. */
    static FinishReason finish(String reason, boolean calls) {
        return switch (reason == null ? "" : reason) {
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "TOOL_CALL" -> FinishReason.TOOL_CALLS;
            case "COMPLETE", "STOP_SEQUENCE" -> FinishReason.STOP;
            default -> calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        };
    }

    /**
     * What the model read and wrote ({@code tokens}), not what Cohere bills ({@code billed_units}): the latter leaves
     * out its own preamble, and stands in only where the former is missing.
     */
    static Usage usage(JsonNode usage) {
        JsonNode counts = usage == null ? null : usage.get("tokens");
        if (counts == null || !counts.isObject()) {
            counts = usage == null ? null : usage.get("billed_units");
        }
        if (counts == null || !counts.isObject()) {
            return Usage.UNKNOWN;
        }
        long prompt = Json.countAt(counts, "input_tokens");
        long cached = Math.min(prompt, Json.countAt(usage, "cached_tokens"));
        return new Usage(prompt, Json.countAt(counts, "output_tokens"), cached, 0, true);
    }

    /** Null when it cites the plan or a thought: those have no citations in the model. */
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
        return new Citation(url, title, place(raw, "start"), place(raw, "end"), CohereProtocol.NAME, raw);
    }

    /** Cohere tells a piece of text with its tokens' probabilities; several tokens in one piece become one. */
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

    private static int place(JsonNode raw, String member) {
        JsonNode place = raw.get(member);
        return place == null || !place.canConvertToInt() || place.intValue() < 0 ? -1 : place.intValue();
    }
}
