package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.OutputFormat;
import dev.sluice.model.chat.Param;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Departures;
import dev.sluice.protocol.spi.Params;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/** Writes one request. */
final class RequestWriter {

    private static final int MAX_STOPS = 5;
    private static final int MAX_LOGPROBS = 20;

    private final ChatRequest request;
    private final UpstreamModel model;
    private final Receipts receipts;
    private final Params params;
    private final ObjectNode generation = Json.object();

    RequestWriter(ChatRequest request, UpstreamModel model, Receipts receipts) {
        this.request = request;
        this.model = model;
        this.receipts = receipts;
        this.params = new Params(request, receipts);
    }

    ByteSlice write() {
        ObjectNode body = Json.object();
        new ContentWriter(model.facts(), receipts).write(request.turns(), body);
        ToolWriter.write(request, body, receipts);
        sampling();
        format();
        Thinking.write(request.reasoning(), model.facts(), generation, receipts);
        if (!generation.isEmpty()) {
            body.set("generationConfig", generation);
        }
        // Google's own, which a client of any format may add.
        set(body, "safetySettings", params.take("safety_settings"));
        set(body, "cachedContent", params.take("cached_content"));
        String parallel = params.clientName(Param.PARALLEL_TOOL_CALLS);
        if (Boolean.FALSE.equals(params.takeFlag(Param.PARALLEL_TOOL_CALLS))) {
            receipts.dropped(parallel);
        }
        params.dropRest();
        Departures.apply(model.quirks(), body, receipts);
        return Json.bytes(body);
    }

    private void sampling() {
        long most = params.takeCount(Param.MAX_TOKENS);
        if (most >= 0) {
            generation.put("maxOutputTokens", most);
        }
        set(generation, "temperature", params.takeNumber(Param.TEMPERATURE, 0, 2));
        set(generation, "topP", params.takeNumber(Param.TOP_P, 0, 1));
        set(generation, "topK", params.takeNumber(Param.TOP_K));
        set(generation, "seed", params.takeNumber(Param.SEED));
        set(generation, "presencePenalty", params.takeNumber(Param.PRESENCE_PENALTY));
        set(generation, "frequencyPenalty", params.takeNumber(Param.FREQUENCY_PENALTY));
        String stop = params.clientName(Param.STOP);
        List<String> stops = params.takeTexts(Param.STOP);
        if (stops.size() > MAX_STOPS) {
            throw Wrong.unsupported(stop, "it takes " + MAX_STOPS + " at most");
        }
        if (!stops.isEmpty()) {
            stops.forEach(generation.putArray("stopSequences")::add);
        }
        if (params.takeCount(Param.N) > 1) {
            throw Wrong.unsupported(Param.N, "Sluice translates one answer at a time");
        }
        if (Boolean.TRUE.equals(params.takeFlag(Param.LOGPROBS))) {
            generation.put("responseLogprobs", true);
            JsonNode top = params.takeNumber(Param.TOP_LOGPROBS, 0, MAX_LOGPROBS);
            if (top != null && top.doubleValue() > 0) {
                generation.set("logprobs", top);
            }
        }
    }

    /**
     * A JSON Schema goes as it is: {@code responseJsonSchema} takes all of it, unlike the older {@code responseSchema}.
     */
    private void format() {
        OutputFormat format = request.format();
        if (format == null || format.kind() == OutputFormat.Kind.TEXT) {
            return;
        }
        generation.put("responseMimeType", "application/json");
        if (format.kind() == OutputFormat.Kind.JSON_SCHEMA) {
            set(generation, "responseJsonSchema", format.schema());
            if (format.description() != null) {
                receipts.dropped("response_format.json_schema.description");
            }
        }
    }

    private static void set(ObjectNode object, String name, JsonNode value) {
        if (value != null) {
            object.set(name, value);
        }
    }
}
