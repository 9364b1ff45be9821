package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.OutputFormat;
import dev.sluice.model.chat.Param;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Params;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;

/** Writes a request as Anthropic takes it. */
final class RequestWriter {

    /** Anthropic demands {@code max_tokens}: what a client gets that did not say, of a model nothing is known about. */
    private static final long USUAL_MAX_TOKENS = 4_096;

    private final ChatRequest request;
    private final UpstreamModel model;
    private final Receipts receipts;
    private final Params params;
    private final ObjectNode body = Json.object();

    RequestWriter(ChatRequest request, UpstreamModel model, Receipts receipts) {
        this.request = request;
        this.model = model;
        this.receipts = receipts;
        this.params = new Params(request, receipts);
    }

    ObjectNode write() {
        Conversation conversation = new Conversation(request.turns(), has(Trait.SYSTEM_ANYWHERE), receipts);
        if (conversation.endsWithPrefill() && has(Trait.NO_PREFILL)) {
            throw SourceWriter.unsupported("messages", "a conversation that does not end with the assistant");
        }
        oneAnswer();
        body.put("model", model.model());
        body.put("max_tokens", maxTokens());
        format(conversation);
        if (conversation.system() != null) {
            body.set("system", conversation.system());
        }
        body.set("messages", conversation.messages());
        ToolWriter tools = new ToolWriter(request, model, receipts);
        tools.write(body, params);
        ThinkingWriter thinking = new ThinkingWriter(request.reasoning(), model, receipts);
        thinking.write(body, tools.forces() || conversation.loopsWithoutThinking());
        stopSequences();
        sampling(thinking.on());
        who();
        serviceTier();
        put("cache_control", params.take(Param.CACHE_CONTROL));
        if (request.stream()) {
            body.put("stream", true);
        }
        params.dropRest();
        return body;
    }

    private void oneAnswer() {
        if (params.takeCount(Param.N) > 1) {
            throw SourceWriter.unsupported(Param.N, "1");
        }
    }

    private long maxTokens() {
        String name = params.clientName(Param.MAX_TOKENS);
        long asked = params.takeCount(Param.MAX_TOKENS);
        long most = model.facts().maxOutputTokens();
        if (asked < 0) {
            return most > 0 ? most : USUAL_MAX_TOKENS;
        }
        if (most > 0 && asked > most) {
            receipts.adjusted(name, most);
            return most;
        }
        return asked;
    }

    private void format(Conversation conversation) {
        OutputFormat format = request.format();
        if (format == null) {
            return;
        }
        switch (format.kind()) {
            case TEXT -> {}
            case JSON_OBJECT -> {
                receipts.adjusted("response_format", "instruction");
                conversation.instruct("Answer with one JSON object and nothing else.");
            }
            case JSON_SCHEMA -> {
                if (format.schema() == null || !format.schema().isObject()) {
                    throw new GatewayException(GatewayError.invalid(
                            "Invalid 'response_format': expected a JSON Schema.", "response_format", "invalid_value"));
                }
                body.withObjectProperty("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", format.schema());
            }
        }
    }

    /** An entry of white space alone is refused. */
    private void stopSequences() {
        String name = params.clientName(Param.STOP);
        ArrayNode sequences = Json.array();
        for (String sequence : params.takeTexts(Param.STOP)) {
            if (sequence.isBlank()) {
                receipts.dropped(name);
            } else {
                sequences.add(sequence);
            }
        }
        if (!sequences.isEmpty()) {
            body.set("stop_sequences", sequences);
        }
    }

    /** A thinking model keeps its own temperature. */
    private void sampling(boolean thinking) {
        if (has(Trait.NO_SAMPLING) || thinking) {
            params.drop(Param.TEMPERATURE);
            params.drop(Param.TOP_P);
            params.drop(Param.TOP_K);
            return;
        }
        put("temperature", params.takeNumber(Param.TEMPERATURE, 0, 1));
        put("top_p", params.takeNumber(Param.TOP_P, 0, 1));
        put("top_k", params.takeNumber(Param.TOP_K));
    }

    private void who() {
        String user = params.takeText(params.has(Param.USER) ? Param.USER : Param.SAFETY_IDENTIFIER);
        if (user != null) {
            body.putObject("metadata").put("user_id", user);
        }
    }

    private void serviceTier() {
        String name = params.clientName(Param.SERVICE_TIER);
        String tier = params.takeText(Param.SERVICE_TIER);
        if (tier == null) {
            return;
        }
        switch (tier) {
            case "auto", "standard_only" -> body.put("service_tier", tier);
            // OpenAI's word for no more than the standard.
            case "default" -> body.put("service_tier", "standard_only");
            default -> receipts.dropped(name);
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
