package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.Quirks.StreamUsage;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.OutputFormat;
import dev.sluice.model.chat.Param;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Params;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Writes a request in the Chat Completions format, as one provider takes it. */
final class OpenAiBody {

    /** The reference's parameters that are plain values. */
    private static final Set<String> KNOWN = Set.of(
            Param.TEMPERATURE,
            Param.TOP_P,
            Param.STOP,
            Param.SEED,
            Param.FREQUENCY_PENALTY,
            Param.PRESENCE_PENALTY,
            Param.LOGIT_BIAS,
            Param.LOGPROBS,
            Param.TOP_LOGPROBS,
            Param.PARALLEL_TOOL_CALLS,
            Param.USER,
            Param.METADATA,
            Param.SERVICE_TIER,
            Param.VERBOSITY,
            Param.STORE,
            Param.PROMPT_CACHE_KEY,
            Param.SAFETY_IDENTIFIER,
            "audio",
            "modalities",
            "moderation",
            "prediction",
            "prompt_cache_options",
            "prompt_cache_retention",
            "web_search_options");

    private final ChatRequest request;
    private final UpstreamModel model;
    private final OpenAiFlavour flavour;
    private final Receipts receipts;
    private final Params params;
    private final ObjectNode body = Json.object();

    /** What the client called the members that came from it. */
    private final Map<String, String> clientNames = new HashMap<>();

    OpenAiBody(ChatRequest request, UpstreamModel model, Receipts receipts) {
        this.request = request;
        this.model = model;
        this.flavour = OpenAiFlavour.of(model.type());
        this.receipts = receipts;
        this.params = new Params(request, receipts);
    }

    ByteSlice write() {
        body.put("model", model.model());
        body.set("messages", new OpenAiMessages(model, flavour, receipts).write(request.turns()));
        tools();
        format();
        parameters();
        new OpenAiEffort(model, flavour, receipts).write(request.reasoning(), body, clientNames);
        if (request.stream()) {
            body.put("stream", true);
            if (model.quirks().streamUsage() == StreamUsage.ASK) {
                body.putObject("stream_options").put("include_usage", true);
            }
        }
        quirks();
        return Json.bytes(body);
    }

    private void tools() {
        ArrayNode sent = Json.array();
        for (Tool tool : request.tools()) {
            tool(tool, sent);
        }
        if (sent.isEmpty()) {
            if (request.toolChoice() != null && request.toolChoice().mode() != ToolChoice.Mode.NONE) {
                receipts.dropped("tool_choice");
            }
            params.drop(Param.PARALLEL_TOOL_CALLS);
            return;
        }
        body.set("tools", sent);
        ToolChoice choice = request.toolChoice();
        if (choice == null) {
            return;
        }
        boolean forced = choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.NAMED;
        if (forced && model.facts().has(Trait.NO_FORCED_TOOL)) {
            receipts.adjusted("tool_choice", "auto");
            choice = ToolChoice.AUTO;
        }
        body.set("tool_choice", OpenAiTools.write(choice, sent));
        clientNames.put("tool_choice", "tool_choice");
    }

    private void tool(Tool tool, ArrayNode sent) {
        switch (tool) {
            case Tool.Function function -> {
                sent.add(OpenAiTools.write(function, flavour.cacheMarks()));
                if (function.cache() != null && !flavour.cacheMarks()) {
                    receipts.dropped("tools.cache_control");
                }
            }
            case Tool.Native other -> {
                if (other.dialect().equals(OpenAiChat.NAME)) {
                    sent.add(other.raw());
                } else {
                    receipts.dropped("tools." + other.type());
                }
            }
        }
    }

    private void format() {
        OutputFormat format = request.format();
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
                schema.put("name", format.name() == null ? "answer" : format.name());
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
        String limit = params.clientName(Param.MAX_TOKENS);
        if (params.has(Param.MAX_TOKENS)) {
            String name = flavour.newMaxTokens() ? "max_completion_tokens" : "max_tokens";
            put(name, limit, params.takeNumber(Param.MAX_TOKENS));
        }
        if (model.facts().has(Trait.NO_SAMPLING)) {
            params.drop(Param.TEMPERATURE);
            params.drop(Param.TOP_P);
            params.drop(Param.TOP_K);
        }
        choices();
        serviceTier();
        if (model.type().equals("mistral") && params.has(Param.TEMPERATURE)) {
            put(Param.TEMPERATURE, params.clientName(Param.TEMPERATURE), params.takeNumber(Param.TEMPERATURE, 0, 1.5));
        }
        for (String name : request.params().keySet()) {
            if (params.has(name) && (KNOWN.contains(name) || flavour.extras().contains(name))) {
                put(name, params.clientName(name), params.take(name));
            }
        }
        params.dropRest();
    }

    /** Only the first choice of an answer is translated, so no more are paid for. */
    private void choices() {
        if (params.has(Param.N)) {
            JsonNode one = request.params().get(Param.N).value();
            if (one.isNumber() && one.intValue() == 1) {
                params.take(Param.N);
            } else {
                params.drop(Param.N);
            }
        }
    }

    /** Anthropic's word for what is called default here. */
    private void serviceTier() {
        Param tier = request.params().get(Param.SERVICE_TIER);
        if (tier != null && tier.value().asText().equals("standard_only")) {
            put(Param.SERVICE_TIER, tier.clientName(), body.textNode("default"));
            params.take(Param.SERVICE_TIER);
        }
    }

    private void put(String name, String clientName, JsonNode value) {
        body.set(name, value);
        clientNames.put(name, clientName);
    }

    /** As {@code RequestEncoder} does where bytes pass. */
    private void quirks() {
        model.quirks().rename().forEach(this::rename);
        for (String name : model.quirks().drop()) {
            if (body.remove(name) != null && clientNames.containsKey(name)) {
                receipts.dropped(clientNames.get(name));
            }
        }
        model.quirks().defaults().forEach((name, json) -> {
            if (!body.has(name)) {
                body.set(name, Json.readOrNull(json));
            }
        });
    }

    private void rename(String from, String to) {
        JsonNode value = body.remove(from);
        if (value == null) {
            return;
        }
        String clientName = clientNames.getOrDefault(from, from);
        if (body.has(to)) {
            receipts.dropped(clientName);
            return;
        }
        body.set(to, value);
        clientNames.put(to, clientName);
        if (!clientName.equals(to) && clientNames.containsKey(from)) {
            receipts.renamed(clientName, to);
        }
    }

    /** Whether nothing is known of the model, or that it thinks. */
    static boolean mayThink(ModelFacts facts) {
        return facts.traits().isEmpty() || facts.has(Trait.REASONING);
    }
}
