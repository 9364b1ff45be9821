package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.QuirksStep;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/** Encodes a chat request as a Cohere request body. */
final class CohereRequestEncoder {

    private static final int MAX_STOPS = 5;

    /** Cohere's own parameters, which a client of any format may send. */
    private static final List<String> OWN =
            List.of("safety_mode", "citation_options", "documents", "strict_tools", "priority", "thinking");

    private final ChatRequest request;
    private final UpstreamModel model;
    private final DroppedParameters dropped;
    private final RequestParameters params;
    private final ObjectNode body = Json.object();

    CohereRequestEncoder(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        this.request = request;
        this.model = model;
        this.dropped = dropped;
        this.params = new RequestParameters(request, dropped);
    }

    ByteSlice encode() {
        body.put("model", model.model());
        body.set(
                "messages",
                new CohereMessageEncoder(model.facts().has(Trait.REASONING), dropped).encode(request.messages()));
        body.put("stream", request.stream());
        tools();
        format();
        thinking();
        set("max_tokens", count(params.consumeCompletionLimit(model.facts().maxOutputTokens())));
        set("temperature", params.consumeNumber(ChatParameter.TEMPERATURE, 0, 1));
        set("p", params.consumeNumber(ChatParameter.TOP_P, 0.01, 0.99));
        set("k", params.consumeNumber(ChatParameter.TOP_K, 0, 500));
        set("seed", params.consumeNumber(ChatParameter.SEED));
        stops();
        penalties();
        Boolean logprobs = params.consumeBoolean(ChatParameter.LOGPROBS);
        if (Boolean.TRUE.equals(logprobs)) {
            body.put("logprobs", true);
        }
        for (String name : OWN) {
            if (!body.has(name)) {
                set(name, params.consume(name));
            }
        }
        fixedBehavior();
        params.dropRest();
        QuirksStep.apply(model.quirks(), body, dropped);
        return Json.bytes(body);
    }

    private void tools() {
        String forced = forcedTool();
        ArrayNode tools = Json.array();
        boolean allStrict = true;
        boolean anyStrict = false;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Native nativeTool -> dropped.tool(nativeTool);
                case Tool.Function function -> {
                    if (forced == null || forced.equals(function.name())) {
                        tools.add(function(function));
                        boolean strict = Boolean.TRUE.equals(function.strict());
                        allStrict &= strict;
                        anyStrict |= strict;
                    }
                }
            }
        }
        toolChoice(!tools.isEmpty());
        if (tools.isEmpty()) {
            return;
        }
        body.set("tools", tools);
        if (anyStrict && allStrict) {
            body.put("strict_tools", true);
        } else if (anyStrict) {
            dropped.dropped("tools.function.strict");
        }
    }

    private ObjectNode function(Tool.Function tool) {
        ObjectNode function = Json.object().put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        if (tool.schema() == null) {
            function.putObject("parameters").put("type", "object").putObject("properties");
        } else {
            function.set("parameters", tool.schema());
        }
        if (tool.cache() != null) {
            dropped.dropped("tools.cache_control");
        }
        ObjectNode written = Json.object().put("type", "function");
        written.set("function", function);
        return written;
    }

    /** The forced tool's name, or null. Cohere cannot name it, so only this tool is sent. */
    private String forcedTool() {
        ToolChoice choice = request.toolChoice();
        return choice != null && choice.mode() == ToolChoice.Mode.NAMED ? choice.name() : null;
    }

    private void toolChoice(boolean tools) {
        if (request.toolChoice() == null) {
            return;
        }
        switch (request.toolChoice().mode()) {
            case AUTO -> {}
            case NONE -> {
                if (tools) {
                    body.put("tool_choice", "NONE");
                }
            }
            case REQUIRED, NAMED -> {
                if (!tools || model.facts().has(Trait.NO_FORCED_TOOL)) {
                    throw unsupported("tool_choice", "this model or request cannot force a tool call");
                }
                body.put("tool_choice", "REQUIRED");
            }
        }
    }

    private void format() {
        ResponseFormat format = request.format();
        if (format == null) {
            return;
        }
        if (format.kind() != ResponseFormat.Kind.TEXT && (body.has("tools") || params.has("documents"))) {
            instruct(format.instruction(body.has("tools")));
            return;
        }
        switch (format.kind()) {
            case TEXT -> {}
            case JSON_OBJECT -> body.putObject("response_format").put("type", "json_object");
            case JSON_SCHEMA ->
                body.putObject("response_format").put("type", "json_object").set("json_schema", format.schema());
        }
    }

    /** Cohere takes no format together with tools or documents. Source: its API description of 2026-11. */
    private void instruct(String instruction) {
        dropped.adjusted("response_format", "instruction");
        ArrayNode messages = (ArrayNode) body.get("messages");
        int first = 0;
        while (first < messages.size() && "system".equals(Json.textAt(messages.get(first), "role"))) {
            first++;
        }
        messages.insertObject(first).put("role", "system").put("content", instruction);
    }

    private void thinking() {
        ReasoningOptions reasoning = request.reasoning();
        if (reasoning == null || reasoning.effort() == null && reasoning.budgetTokens() < 0) {
            return;
        }
        boolean thinks = model.facts().traits().isEmpty() || model.facts().has(Trait.REASONING);
        if (reasoning.off()) {
            if (model.facts().has(Trait.THINKING_ALWAYS)) {
                dropped.dropped(reasoning.clientName());
            } else if (thinks) {
                body.putObject("thinking").put("type", "disabled");
            }
            return;
        }
        if (!thinks) {
            dropped.dropped(reasoning.clientName());
            return;
        }
        ObjectNode thinking = body.putObject("thinking").put("type", "enabled");
        if (reasoning.budgetTokens() > 0) {
            thinking.put("token_budget", reasoning.budgetTokens());
        } else if (!"high".equals(reasoning.effort())) {
            // Cohere has only on and off; its OpenAI-compatible API calls them none and high.
            dropped.adjusted(reasoning.clientName(), "high");
        }
    }

    private void stops() {
        String name = params.clientName(ChatParameter.STOP);
        List<String> stops = params.consumeStrings(ChatParameter.STOP);
        if (stops.size() > MAX_STOPS) {
            throw unsupported(name, "at most " + MAX_STOPS + " stop sequences, got " + stops.size());
        }
        if (!stops.isEmpty()) {
            ArrayNode written = body.putArray("stop_sequences");
            stops.forEach(written::add);
        }
    }

    /** Cohere accepts only one of the two penalties. */
    private void penalties() {
        JsonNode frequency = params.consumeNumber(ChatParameter.FREQUENCY_PENALTY, 0, 1);
        set("frequency_penalty", frequency);
        if (frequency != null && frequency.doubleValue() != 0) {
            params.drop(ChatParameter.PRESENCE_PENALTY);
            return;
        }
        JsonNode presence = params.consumeNumber(ChatParameter.PRESENCE_PENALTY, 0, 1);
        if (presence != null) {
            body.remove("frequency_penalty");
            set("presence_penalty", presence);
        }
    }

    /** Consumes parameters whose value is Cohere's only behavior, so that they are not reported as dropped. */
    private void fixedBehavior() {
        if (params.has(ChatParameter.N)) {
            String name = params.clientName(ChatParameter.N);
            long n = params.consumeCount(ChatParameter.N);
            if (n > 1) {
                throw unsupported(name, "one choice, got " + n);
            }
        }
        JsonNode parallel = request.params().containsKey(ChatParameter.PARALLEL_TOOL_CALLS)
                ? request.params().get(ChatParameter.PARALLEL_TOOL_CALLS).value()
                : null;
        if (parallel != null && parallel.booleanValue()) {
            params.consume(ChatParameter.PARALLEL_TOOL_CALLS);
        }
    }

    private void set(String name, JsonNode value) {
        if (value != null) {
            body.set(name, value);
        }
    }

    private static JsonNode count(long value) {
        return value < 0 ? null : Json.number(value);
    }

    static GatewayException unsupported(String param, String expected) {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNSUPPORTED, "'" + param + "' is not supported by Cohere: " + expected + ".")
                .withParam(param));
    }
}
