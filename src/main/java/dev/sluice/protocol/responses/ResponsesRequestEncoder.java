package dev.sluice.protocol.responses;

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
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.QuirksStep;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.spi.WebSearch;
import java.util.HashSet;
import java.util.Set;

/**
 * Encodes a chat request as a Responses request body. Sets {@code store} to false: clients send the state back
 * themselves.
 */
final class ResponsesRequestEncoder {

    /** Parameters with the same name in this format. */
    private static final String[] SAME_NAME = {
        ChatParameter.SERVICE_TIER, "prompt_cache_options", "prompt_cache_retention", "moderation"
    };

    private final ChatRequest request;
    private final UpstreamModel model;
    private final DroppedParameters dropped;
    private final RequestParameters params;
    private final ObjectNode body = Json.object();
    private final ArrayNode include = Json.array();

    ResponsesRequestEncoder(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        this.request = request;
        this.model = model;
        this.dropped = dropped;
        this.params = new RequestParameters(request, dropped);
    }

    ByteSlice encode() {
        if (params.has(ChatParameter.N)) {
            String name = params.clientName(ChatParameter.N);
            if (params.consumeCount(ChatParameter.N) > 1) {
                throw RequestErrors.unsupported(
                        name, "above 1 has no equivalent in the Responses format of this provider");
            }
        }
        body.put("model", model.model());
        ResponsesMessageEncoder items =
                new ResponsesMessageEncoder(model.variant().developerRole() ? "developer" : "system", request, dropped);
        body.set("input", items.encode(request.messages()));
        if (body.get("input").isEmpty()) {
            throw new GatewayException(GatewayError.invalid(
                    "Invalid 'messages': none of its content can be sent to the model.", "messages", "invalid_value"));
        }
        tools();
        text();
        reasoning(items.sendsReasoning());
        limits();
        logprobs();
        params.moveTo(body, ChatParameter.METADATA);
        identifiers();
        params.moveTo(body, SAME_NAME);
        if (!include.isEmpty()) {
            body.set("include", include);
        }
        store();
        if (request.stream()) {
            body.put("stream", true);
        }
        params.dropRest();
        QuirksStep.apply(model.quirks(), body, dropped);
        return Json.bytes(body);
    }

    private void tools() {
        ArrayNode tools = Json.array();
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    tools.add(
                            isCustom(function)
                                    ? ResponsesToolMappings.custom(function)
                                    : ResponsesToolMappings.write(function, dropped));
                    if (function.cache() != null) {
                        dropped.dropped("tools.cache_control");
                    }
                }
                case Tool.Native nativeTool -> {
                    WebSearch search = WebSearch.of(nativeTool, dropped);
                    if (nativeTool.protocol().equals(ResponsesProtocol.NAME)) {
                        tools.add(nativeTool.raw());
                    } else if (search != null && ResponsesWebSearch.write(search, model, body, tools, include)) {
                        continue;
                    } else {
                        dropped.tool(nativeTool);
                    }
                }
            }
        }
        WebSearch options = WebSearch.ofOptions(params, dropped);
        if (options != null && !ResponsesWebSearch.write(options, model, body, tools, include)) {
            dropped.lost(WebSearch.OPTIONS);
        }
        ToolChoice choice = request.toolChoice();
        if (tools.isEmpty()) {
            if (choice != null && choice.forces()) {
                throw RequestErrors.unsupported(
                        "tool_choice", "forces a call, but this provider has none of the tools");
            }
            return;
        }
        body.set("tools", tools);
        if (choice != null) {
            boolean custom = choice.name() != null && customNames(request).contains(choice.name());
            body.set(
                    "tool_choice",
                    WebSearch.isForced(request)
                            ? ResponsesWebSearch.choice(model, tools)
                            : ResponsesToolMappings.write(choice, custom));
        }
        Boolean parallel = params.consumeBoolean(ChatParameter.PARALLEL_TOOL_CALLS);
        if (parallel != null) {
            body.put("parallel_tool_calls", parallel);
        }
    }

    /** Names of the tools that are sent as custom tools, which this format has. */
    static Set<String> customNames(ChatRequest request) {
        Set<String> names = new HashSet<>();
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Function function && isCustom(function)) {
                names.add(function.name());
            }
        }
        return names;
    }

    private static boolean isCustom(Tool.Function tool) {
        return tool.declaration() != null
                && tool.declaration().custom()
                && tool.declaration().namespace() == null;
    }

    private void text() {
        ObjectNode text = Json.object();
        if (request.format() != null) {
            text.set("format", ResponsesToolMappings.write(request.format()));
        }
        JsonNode verbosity = params.consume(ChatParameter.VERBOSITY);
        if (verbosity != null) {
            text.set("verbosity", verbosity);
        }
        if (!text.isEmpty()) {
            body.set("text", text);
        }
    }

    private void reasoning(boolean sendsReasoning) {
        ReasoningOptions options = request.reasoning();
        if (options != null) {
            ObjectNode reasoning = Json.object();
            String effort = effort(options);
            if (effort != null) {
                reasoning.put("effort", effort);
            }
            if (options.summary() != null) {
                reasoning.put("summary", options.summary());
            }
            if (!reasoning.isEmpty()) {
                body.set("reasoning", reasoning);
            }
        }
        boolean off = options != null && options.off();
        boolean mayReason = sendsReasoning || options != null || model.facts().has(Trait.REASONING);
        if (mayReason && !off && model.variant().encryptedReasoning()) {
            include.add("reasoning.encrypted_content");
        }
    }

    private String effort(ReasoningOptions options) {
        if (options.off()) {
            if (model.facts().has(Trait.THINKING_ALWAYS)) {
                dropped.dropped(options.clientName());
                return null;
            }
            if (!model.variant().offInResponses()) {
                dropped.adjusted(options.clientName(), "low");
                return "low";
            }
            return "none";
        }
        String effort = options.effort();
        if (effort == null && options.budgetTokens() > 0) {
            effort = options.effortOfBudget();
            dropped.adjusted(options.clientName(), effort);
        }
        if (effort == null) {
            return null;
        }
        String accepted = model.variant().efforts().getOrDefault(effort, effort);
        if (!accepted.equals(effort)) {
            dropped.adjusted(options.clientName(), accepted);
        }
        return accepted;
    }

    private void limits() {
        String name = params.clientName(ChatParameter.MAX_TOKENS);
        long limit = params.consumeCompletionLimit(model.facts().maxOutputTokens());
        long minimum = model.variant().minOutputTokens();
        if (limit >= 0 && limit < minimum) {
            dropped.adjusted(name, minimum);
            limit = minimum;
        }
        if (limit >= 0) {
            body.put("max_output_tokens", limit);
        }
        for (String sampling : new String[] {ChatParameter.TEMPERATURE, ChatParameter.TOP_P}) {
            if (model.facts().has(Trait.NO_SAMPLING)) {
                params.drop(sampling);
                continue;
            }
            JsonNode value = params.consumeNumber(sampling);
            if (value != null) {
                body.set(sampling, value);
            }
        }
    }

    private void identifiers() {
        for (String name : RequestParameters.OPENAI_IDENTIFIERS) {
            String identifier = params.consumeIdentifier(name, RequestParameters.OPENAI_IDENTIFIER_LENGTH);
            if (identifier != null) {
                body.put(name, identifier);
            }
        }
    }

    private void logprobs() {
        if (Boolean.TRUE.equals(params.consumeBoolean(ChatParameter.LOGPROBS))) {
            include.add("message.output_text.logprobs");
            long top = params.consumeCount(ChatParameter.TOP_LOGPROBS);
            if (top >= 0) {
                body.put("top_logprobs", top);
            }
        }
    }

    private void store() {
        if (Boolean.TRUE.equals(params.consumeBoolean(ChatParameter.STORE))) {
            dropped.dropped(ChatParameter.STORE);
        }
        body.put("store", false);
    }
}
