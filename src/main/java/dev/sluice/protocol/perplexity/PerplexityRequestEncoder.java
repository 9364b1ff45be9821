package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.QuirksStep;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.spi.WebSearch;

/**
 * Encodes a chat request as an Agent API request body. Perplexity rejects unknown fields with 400, so only known ones
 * are written.
 */
final class PerplexityRequestEncoder {

    private static final int MIN_OUTPUT = 16;
    /** For Anthropic's models when neither the client nor the catalog has a limit. */
    private static final int DEFAULT_OUTPUT = 8192;

    /** Perplexity's own parameters and those shared with other formats, sent unchanged. */
    private static final String[] UNCHANGED = {
        "models",
        "max_steps",
        "max_tool_calls",
        "language_preference",
        "previous_response_id",
        "truncation",
        ChatParameter.STORE,
        ChatParameter.METADATA,
        ChatParameter.PARALLEL_TOOL_CALLS
    };

    private final ChatRequest request;
    private final UpstreamModel target;
    private final PerplexityModel model;
    private final DroppedParameters dropped;
    private final RequestParameters params;
    private final ObjectNode body = Json.object();

    PerplexityRequestEncoder(ChatRequest request, UpstreamModel target, DroppedParameters dropped) {
        this.request = request;
        this.target = target;
        this.model = PerplexityModel.of(target.model());
        this.dropped = dropped;
        this.params = new RequestParameters(request, dropped);
    }

    ByteSlice encode() {
        model.write(body);
        preset();
        new PerplexityMessageEncoder(dropped).encode(request.messages(), body);
        body.put("stream", request.stream());
        ArrayNode tools = new PerplexityToolEncoder(params, dropped).encode(request.tools(), model.searches());
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        toolChoice(tools);
        format();
        reasoning();
        limit();
        set("temperature", params.consumeNumber(ChatParameter.TEMPERATURE, 0, 2));
        set("top_p", params.consumeNumber(ChatParameter.TOP_P, 0, 1));
        requireSingleChoice();
        params.moveTo(body, UNCHANGED);
        params.dropRest();
        QuirksStep.apply(target.quirks(), body, dropped);
        return Json.bytes(body);
    }

    /** A preset in the model's name is the model that the caller was authorized for. */
    private void preset() {
        JsonNode preset = params.consume("preset");
        if (preset != null && body.has("preset")) {
            dropped.dropped("preset");
        } else {
            set("preset", preset);
        }
    }

    private void toolChoice(ArrayNode tools) {
        ToolChoice choice = request.toolChoice();
        if (choice == null || choice.mode() == ToolChoice.Mode.AUTO) {
            return;
        }
        if (tools.isEmpty()) {
            if (choice.mode() != ToolChoice.Mode.NONE) {
                throw unsupported("tool_choice", "Perplexity knows none of the tools");
            }
            return;
        }
        switch (choice.mode()) {
            case AUTO -> {}
            case NONE -> body.put("tool_choice", "none");
            case REQUIRED -> body.put("tool_choice", "required");
            case NAMED -> {
                if (WebSearch.isForced(request)) {
                    body.put("tool_choice", "required");
                } else {
                    body.putObject("tool_choice").put("type", "function").put("name", choice.name());
                }
            }
        }
    }

    private void format() {
        ResponseFormat format = request.format();
        if (format == null || format.kind() == ResponseFormat.Kind.TEXT) {
            return;
        }
        ObjectNode schema =
                body.putObject("response_format").put("type", "json_schema").putObject("json_schema");
        schema.put("name", format.nameOrDefault());
        if (format.description() != null) {
            schema.put("description", format.description());
        }
        if (format.schema() == null) {
            // There is no json_object here: a schema of any object replaces it.
            schema.putObject("schema").put("type", "object");
            dropped.adjusted("response_format", "json_schema");
        } else {
            schema.set("schema", format.schema());
        }
        if (format.strict() != null) {
            schema.put("strict", format.strict());
        }
    }

    private void reasoning() {
        ReasoningOptions reasoning = request.reasoning();
        if (reasoning == null) {
            return;
        }
        if (reasoning.off() || reasoning.effort() == null) {
            if (reasoning.off() || reasoning.budgetTokens() > 0) {
                dropped.dropped(reasoning.clientName());
            }
            return;
        }
        String effort = switch (reasoning.effort()) {
            case "minimal" -> "low";
            case "xhigh", "max" -> "high";
            default -> reasoning.effort();
        };
        if (!effort.equals(reasoning.effort())) {
            dropped.adjusted(reasoning.clientName(), effort);
        }
        body.putObject("reasoning").put("effort", effort);
    }

    private void limit() {
        String name = params.clientName(ChatParameter.MAX_TOKENS);
        long limit = params.consumeCount(ChatParameter.MAX_TOKENS);
        if (limit < 0 && model.needsLimit()) {
            long maximum = target.facts().maxOutputTokens();
            limit = maximum > 0 ? maximum : DEFAULT_OUTPUT;
        } else if (limit >= 0 && limit < MIN_OUTPUT) {
            limit = MIN_OUTPUT;
            dropped.adjusted(name, limit);
        }
        if (limit >= 0) {
            body.put("max_output_tokens", limit);
        }
    }

    private void requireSingleChoice() {
        if (params.has(ChatParameter.N)) {
            String name = params.clientName(ChatParameter.N);
            long n = params.consumeCount(ChatParameter.N);
            if (n > 1) {
                throw unsupported(name, "expected one choice, got " + n);
            }
        }
    }

    private void set(String name, JsonNode value) {
        if (value != null) {
            body.set(name, value);
        }
    }

    static GatewayException unsupported(String param, String why) {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNSUPPORTED, "'" + param + "' is not supported by Perplexity: " + why + ".")
                .withParam(param));
    }
}
