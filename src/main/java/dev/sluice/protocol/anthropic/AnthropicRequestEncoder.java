package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.QuirksStep;
import dev.sluice.protocol.spi.RequestParameters;
import dev.sluice.protocol.spi.UpstreamModel;

/** Encodes a chat request as an Anthropic request body. */
final class AnthropicRequestEncoder {

    /** The longest {@code metadata.user_id} in characters. Source: Anthropic's API reference. */
    private static final int MAX_USER_ID = 256;

    /** For a Claude that the catalog does not know: every Claude from 4 on can complete this many tokens. */
    private static final long UNKNOWN_CLAUDE_LIMIT = 32_000;

    private final ChatRequest request;
    private final UpstreamModel model;
    private final DroppedParameters dropped;
    private final RequestParameters params;
    private final ObjectNode body = Json.object();

    AnthropicRequestEncoder(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        this.request = request;
        this.model = model;
        this.dropped = dropped;
        this.params = new RequestParameters(request, dropped);
    }

    ObjectNode encode() {
        AnthropicMessageEncoder messages =
                new AnthropicMessageEncoder(request.messages(), has(Trait.SYSTEM_ANYWHERE), dropped);
        if (messages.endsWithPrefill() && has(Trait.NO_PREFILL)) {
            throw AnthropicErrors.unsupported("messages", "a conversation that does not end with the assistant");
        }
        requireSingleChoice();
        body.put("model", model.model());
        body.put("max_tokens", maxTokens());
        format(messages);
        if (messages.system() != null) {
            body.set("system", messages.system());
        }
        body.set("messages", messages.messages());
        AnthropicToolEncoder tools = new AnthropicToolEncoder(request, model, dropped);
        tools.write(body, params);
        AnthropicThinkingEncoder thinking = new AnthropicThinkingEncoder(request.reasoning(), model, dropped);
        thinking.write(body, tools.forces(), messages.inToolLoopWithoutThinking());
        stopSequences();
        sampling(thinking.on());
        userId();
        serviceTier();
        put("cache_control", params.consume(ChatParameter.CACHE_CONTROL));
        if (request.stream()) {
            body.put("stream", true);
        }
        params.dropRest();
        QuirksStep.apply(model.quirks(), body, dropped);
        return body;
    }

    private void requireSingleChoice() {
        if (params.consumeCount(ChatParameter.N) > 1) {
            throw AnthropicErrors.unsupported(ChatParameter.N, "1");
        }
    }

    /** Anthropic requires a limit; a client that sent none gets as much as the model can produce. */
    private long maxTokens() {
        long limit = model.facts().maxOutputTokens();
        long requested = params.consumeCompletionLimit(limit);
        if (requested >= 0) {
            return requested;
        }
        if (limit > 0) {
            return limit;
        }
        long assumed = model.facts().traits().isEmpty() ? TokenEstimates.UNLIMITED_COMPLETION : UNKNOWN_CLAUDE_LIMIT;
        dropped.adjusted(ChatParameter.MAX_TOKENS, assumed);
        return assumed;
    }

    private void format(AnthropicMessageEncoder messages) {
        ResponseFormat format = request.format();
        if (format == null) {
            return;
        }
        switch (format.kind()) {
            case TEXT -> {}
            case JSON_OBJECT -> {
                dropped.adjusted("response_format", "instruction");
                messages.addInstruction(format.instruction(false));
            }
            case JSON_SCHEMA -> {
                if (format.schema() == null || !format.schema().isObject()) {
                    throw RequestErrors.invalidValue("response_format", "a JSON Schema");
                }
                ObjectNode schema = AnthropicSchema.rewrite(format.schema(), "response_format", dropped);
                if (schema == null) {
                    dropped.adjusted("response_format", "instruction");
                    messages.addInstruction(format.instruction(!request.tools().isEmpty()));
                    return;
                }
                body.withObjectProperty("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", schema);
            }
        }
    }

    /** Anthropic rejects a stop sequence of white space only. */
    private void stopSequences() {
        String name = params.clientName(ChatParameter.STOP);
        ArrayNode sequences = Json.array();
        for (String sequence : params.consumeStrings(ChatParameter.STOP)) {
            if (sequence.isBlank()) {
                dropped.dropped(name);
            } else {
                sequences.add(sequence);
            }
        }
        if (!sequences.isEmpty()) {
            body.set("stop_sequences", sequences);
        }
    }

    /** With thinking on, Anthropic accepts only the default sampling parameters. */
    private void sampling(boolean thinking) {
        if (has(Trait.NO_SAMPLING) || thinking) {
            params.drop(ChatParameter.TEMPERATURE);
            params.drop(ChatParameter.TOP_P);
            params.drop(ChatParameter.TOP_K);
            return;
        }
        if (has(Trait.ONE_SAMPLING) && params.has(ChatParameter.TEMPERATURE) && params.has(ChatParameter.TOP_P)) {
            // The one that has no effect goes, else top_p: Anthropic advises to use temperature.
            params.drop(
                    params.isNumber(ChatParameter.TEMPERATURE, 1) ? ChatParameter.TEMPERATURE : ChatParameter.TOP_P);
        }
        put("temperature", params.consumeNumber(ChatParameter.TEMPERATURE, 0, 1));
        put("top_p", params.consumeNumber(ChatParameter.TOP_P, 0, 1));
        put("top_k", params.consumeNumber(ChatParameter.TOP_K));
    }

    private void userId() {
        String user = params.consumeIdentifier(
                params.has(ChatParameter.USER) ? ChatParameter.USER : ChatParameter.SAFETY_IDENTIFIER, MAX_USER_ID);
        if (user != null) {
            body.putObject("metadata").put("user_id", user);
        }
    }

    private void serviceTier() {
        String name = params.clientName(ChatParameter.SERVICE_TIER);
        String tier = params.consumeString(ChatParameter.SERVICE_TIER);
        if (tier == null) {
            return;
        }
        switch (tier) {
            case "auto", "standard_only" -> body.put("service_tier", tier);
            // OpenAI's name for the standard tier.
            case "default" -> body.put("service_tier", "standard_only");
            default -> dropped.dropped(name);
        }
    }

    private void put(String name, JsonNode value) {
        if (value != null) {
            body.set(name, value);
        }
    }

    private boolean has(Trait trait) {
        return model.facts().has(trait);
    }
}
