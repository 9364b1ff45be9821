package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.QuirksStep;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/** Encodes a chat request as a Gemini request body. */
final class GeminiRequestEncoder {

    private static final int MAX_STOPS = 5;
    private static final int MAX_LOGPROBS = 20;

    private final ChatRequest request;
    private final UpstreamModel model;
    private final DroppedParameters dropped;
    private final RequestParameters params;
    private final ObjectNode generation = Json.object();

    GeminiRequestEncoder(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        this.request = request;
        this.model = model;
        this.dropped = dropped;
        this.params = new RequestParameters(request, dropped);
    }

    ByteSlice encode() {
        ObjectNode body = Json.object();
        new GeminiMessageEncoder(model, dropped).encode(request.messages(), body);
        GeminiToolEncoder.encode(request, body, params, dropped);
        sampling();
        format(body);
        GeminiThinkingEncoder.encode(request.reasoning(), model.facts(), generation, dropped);
        if (!generation.isEmpty()) {
            body.set("generationConfig", generation);
        }
        // Gemini's own parameters, which a client of any format may send.
        set(body, "safetySettings", params.consume("safety_settings"));
        set(body, "cachedContent", params.consume("cached_content"));
        String parallel = params.clientName(ChatParameter.PARALLEL_TOOL_CALLS);
        if (Boolean.FALSE.equals(params.consumeBoolean(ChatParameter.PARALLEL_TOOL_CALLS))) {
            dropped.dropped(parallel);
        }
        params.dropRest();
        QuirksStep.apply(model.quirks(), body, dropped);
        return Json.bytes(body);
    }

    private void sampling() {
        long limit = params.consumeCompletionLimit(model.facts().maxOutputTokens());
        if (limit >= 0) {
            generation.put("maxOutputTokens", limit);
        }
        set(generation, "temperature", params.consumeNumber(ChatParameter.TEMPERATURE, 0, 2));
        set(generation, "topP", params.consumeNumber(ChatParameter.TOP_P, 0, 1));
        set(generation, "topK", params.consumeNumber(ChatParameter.TOP_K));
        set(generation, "seed", params.consumeNumber(ChatParameter.SEED));
        set(generation, "presencePenalty", params.consumeNumber(ChatParameter.PRESENCE_PENALTY));
        set(generation, "frequencyPenalty", params.consumeNumber(ChatParameter.FREQUENCY_PENALTY));
        String stop = params.clientName(ChatParameter.STOP);
        List<String> stops = params.consumeStrings(ChatParameter.STOP);
        if (stops.size() > MAX_STOPS) {
            throw GeminiErrors.unsupported(stop, "at most " + MAX_STOPS + " stop sequences");
        }
        if (!stops.isEmpty()) {
            stops.forEach(generation.putArray("stopSequences")::add);
        }
        if (params.consumeCount(ChatParameter.N) > 1) {
            throw GeminiErrors.unsupported(ChatParameter.N, "only one choice can be translated");
        }
        if (Boolean.TRUE.equals(params.consumeBoolean(ChatParameter.LOGPROBS))) {
            generation.put("responseLogprobs", true);
            JsonNode top = params.consumeNumber(ChatParameter.TOP_LOGPROBS, 0, MAX_LOGPROBS);
            if (top != null && top.doubleValue() > 0) {
                generation.set("logprobs", top);
            }
        }
    }

    /**
     * A JSON Schema is sent unchanged: {@code responseJsonSchema} accepts all of it, unlike the older
     * {@code responseSchema}. Models before Gemini 3 refuse it together with tools.
     */
    private void format(ObjectNode body) {
        ResponseFormat format = request.format();
        if (format == null || format.kind() == ResponseFormat.Kind.TEXT) {
            return;
        }
        if (body.has("tools") && GeminiMappings.isBefore3(model)) {
            dropped.adjusted("response_format", "instruction");
            body.withObjectProperty("systemInstruction")
                    .withArrayProperty("parts")
                    .addObject()
                    .put("text", format.instruction(true));
            return;
        }
        generation.put("responseMimeType", "application/json");
        if (format.kind() == ResponseFormat.Kind.JSON_SCHEMA) {
            set(generation, "responseJsonSchema", format.schema());
            if (format.description() != null) {
                dropped.dropped("response_format.json_schema.description");
            }
        }
    }

    private static void set(ObjectNode object, String name, JsonNode value) {
        if (value != null) {
            object.set(name, value);
        }
    }
}
