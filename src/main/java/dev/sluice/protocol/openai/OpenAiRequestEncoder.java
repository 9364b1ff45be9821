package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.Quirks.StreamUsage;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.QuirksStep;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.spi.WebSearch;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Writes a request in the Chat Completions format, in the variant of one provider. */
final class OpenAiRequestEncoder {

    /** Parameters of the reference format that are copied as they are. */
    private static final Set<String> KNOWN = Set.of(
            ChatParameter.TEMPERATURE,
            ChatParameter.TOP_P,
            ChatParameter.STOP,
            ChatParameter.SEED,
            ChatParameter.FREQUENCY_PENALTY,
            ChatParameter.PRESENCE_PENALTY,
            ChatParameter.LOGIT_BIAS,
            ChatParameter.LOGPROBS,
            ChatParameter.TOP_LOGPROBS,
            ChatParameter.PARALLEL_TOOL_CALLS,
            ChatParameter.USER,
            ChatParameter.METADATA,
            ChatParameter.SERVICE_TIER,
            ChatParameter.VERBOSITY,
            ChatParameter.STORE,
            ChatParameter.PROMPT_CACHE_KEY,
            ChatParameter.SAFETY_IDENTIFIER,
            "audio",
            "modalities",
            "moderation",
            "prediction",
            "prompt_cache_options",
            "prompt_cache_retention",
            "web_search_options");

    private final ChatRequest request;
    private final UpstreamModel model;
    private final ChatVariant variant;
    private final DroppedParameters dropped;
    private final RequestParameters params;
    private final ObjectNode body = Json.object();

    /** The client's names of the members that came from the client. */
    private final Map<String, String> clientNames = new HashMap<>();

    OpenAiRequestEncoder(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        this.request = request;
        this.model = model;
        this.variant = model.variant();
        this.dropped = dropped;
        this.params = new RequestParameters(request, dropped);
    }

    ByteSlice write() {
        body.put("model", model.model());
        body.set("messages", new OpenAiMessageEncoder(model, variant, dropped).write(request.messages()));
        tools();
        format();
        parameters();
        new OpenAiReasoningEffort(model, variant, dropped).write(request.reasoning(), body, clientNames);
        if (request.stream()) {
            body.put("stream", true);
            if (model.quirks().streamUsage() == StreamUsage.ASK) {
                body.putObject("stream_options").put("include_usage", true);
            }
        }
        QuirksStep.apply(model.quirks(), body, clientNames::get, dropped);
        return Json.bytes(body);
    }

    private void tools() {
        ArrayNode sent = Json.array();
        for (Tool tool : request.tools()) {
            tool(tool, sent);
        }
        if (WebSearch.isForced(request)) {
            JsonNode search = OpenAiWebSearch.choice(model, sent);
            if (search != null) {
                body.set("tool_choice", search);
            }
        } else if (sent.isEmpty()) {
            if (request.toolChoice() != null && request.toolChoice().forces()) {
                throw new GatewayException(GatewayError.of(
                                GatewayError.Kind.UNSUPPORTED,
                                "'tool_choice' forces a call, but this provider has none of the request's tools"
                                        + " (expected: a function, or no forced choice)")
                        .withParam("tool_choice"));
            }
            params.drop(ChatParameter.PARALLEL_TOOL_CALLS);
            return;
        }
        if (!sent.isEmpty()) {
            body.set("tools", sent);
        }
        ToolChoice choice = request.toolChoice();
        if (choice == null || WebSearch.isForced(request)) {
            return;
        }
        if (choice.forces() && model.facts().has(Trait.NO_FORCED_TOOL)) {
            dropped.lost("tool_choice=auto");
            choice = ToolChoice.AUTO;
        }
        body.set("tool_choice", OpenAiToolMappings.write(choice, sent));
        clientNames.put("tool_choice", "tool_choice");
    }

    private void tool(Tool tool, ArrayNode sent) {
        switch (tool) {
            case Tool.Function function -> {
                sent.add(OpenAiToolMappings.write(function, variant.cacheControl(), dropped));
                if (function.cache() != null && !variant.cacheControl()) {
                    dropped.dropped("tools.cache_control");
                }
            }
            case Tool.Native other -> {
                WebSearch search = WebSearch.of(other, dropped);
                if (other.protocol().equals(ChatCompletionsProtocol.NAME)) {
                    sent.add(other.raw());
                } else if (search == null || !OpenAiWebSearch.write(search, model, body, sent)) {
                    dropped.tool(other);
                }
            }
        }
    }

    private void format() {
        ResponseFormat format = request.format();
        if (format == null) {
            return;
        }
        ObjectNode written = Json.object();
        switch (format.kind()) {
            case TEXT -> written.put("type", "text");
            case JSON_OBJECT -> written.put("type", "json_object");
            case JSON_SCHEMA -> {
                written.put("type", "json_schema");
                ObjectNode schema = written.putObject("json_schema");
                schema.put("name", format.nameOrDefault());
                if (format.description() != null) {
                    schema.put("description", format.description());
                }
                if (format.strict() != null) {
                    schema.put("strict", format.strict());
                }
                if (format.schema() != null) {
                    schema.set("schema", format.schema());
                }
            }
        }
        body.set("response_format", written);
        clientNames.put("response_format", "response_format");
    }

    private void parameters() {
        String limit = params.clientName(ChatParameter.MAX_TOKENS);
        if (params.has(ChatParameter.MAX_TOKENS)) {
            String name = variant.maxCompletionTokens() ? "max_completion_tokens" : "max_tokens";
            put(
                    name,
                    limit,
                    Json.number(params.consumeCompletionLimit(model.facts().maxOutputTokens())));
        }
        if (model.facts().has(Trait.NO_SAMPLING)) {
            params.drop(ChatParameter.TEMPERATURE);
            params.drop(ChatParameter.TOP_P);
            params.drop(ChatParameter.TOP_K);
        }
        if (model.facts().has(Trait.NO_STOP_OR_PENALTY)) {
            params.drop(ChatParameter.STOP);
            params.drop(ChatParameter.PRESENCE_PENALTY);
            params.drop(ChatParameter.FREQUENCY_PENALTY);
        }
        choices();
        serviceTier();
        checkStopSequences();
        if (variant.maxTemperature() != null && params.has(ChatParameter.TEMPERATURE)) {
            put(
                    ChatParameter.TEMPERATURE,
                    params.clientName(ChatParameter.TEMPERATURE),
                    params.consumeNumber(ChatParameter.TEMPERATURE, 0, variant.maxTemperature()));
        }
        for (String name : request.params().keySet()) {
            if (params.has(name)
                    && (KNOWN.contains(name) || variant.parameters().contains(name))) {
                put(name, params.clientName(name), value(name));
            }
        }
        params.dropRest();
    }

    /** Only the first choice of a response is translated, so only one is requested. */
    private void choices() {
        if (params.has(ChatParameter.N)) {
            JsonNode one = request.params().get(ChatParameter.N).value();
            if (one.isNumber() && one.intValue() == 1) {
                params.consume(ChatParameter.N);
            } else {
                params.drop(ChatParameter.N);
            }
        }
    }

    /** Some of the texts cannot be left out: the response would not end where the client wants. */
    private void checkStopSequences() {
        ChatParameter stop = request.params().get(ChatParameter.STOP);
        long highest = variant.maxStopSequences();
        if (stop != null
                && params.has(ChatParameter.STOP)
                && highest > 0
                && stop.value().size() > highest) {
            throw RequestErrors.unsupported(
                    stop.clientName(),
                    "has " + stop.value().size() + " texts (expected: at most " + highest + " for this provider)");
        }
    }

    /** Anthropic's {@code standard_only} is {@code default} here. */
    private void serviceTier() {
        ChatParameter tier = request.params().get(ChatParameter.SERVICE_TIER);
        if (tier != null && tier.value().asText().equals("standard_only")) {
            put(ChatParameter.SERVICE_TIER, tier.clientName(), body.textNode("default"));
            params.consume(ChatParameter.SERVICE_TIER);
        }
    }

    private JsonNode value(String name) {
        return RequestParameters.OPENAI_IDENTIFIERS.contains(name)
                ? body.textNode(params.consumeIdentifier(name, RequestParameters.OPENAI_IDENTIFIER_LENGTH))
                : params.consume(name);
    }

    private void put(String name, String clientName, JsonNode value) {
        body.set(name, value);
        clientNames.put(name, clientName);
    }

    /** Whether the model is known to reason, or unknown. */
    static boolean mayReason(ModelFacts facts) {
        return facts.traits().isEmpty() || facts.has(Trait.REASONING);
    }
}
