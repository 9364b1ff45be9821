package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.codec.GeneratedImage;
import dev.sluice.protocol.codec.SearchRun;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.WebSearch;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Encodes the {@code response} object: output items, and the echo of the request that clients' schemas require. */
final class ResponsesResponseEncoder {

    /** Parameters echoed as sent, or as null: canonical name to this format's name. */
    private static final Map<String, String> ECHOED = Map.of(
            ChatParameter.MAX_TOKENS,
            "max_output_tokens",
            "max_tool_calls",
            "max_tool_calls",
            ChatParameter.SAFETY_IDENTIFIER,
            "safety_identifier",
            ChatParameter.PROMPT_CACHE_KEY,
            "prompt_cache_key");

    private static final JsonNode DEFAULT_TIER = Json.object().textNode("default");

    private final ChatRequest request;

    ResponsesResponseEncoder(ChatRequest request) {
        this.request = request;
    }

    static ObjectNode encode(ChatResponse response, ChatRequest request) {
        ResponsesItemEncoder items = new ResponsesItemEncoder(response.id());
        ResponsesResponseEncoder encoder = new ResponsesResponseEncoder(request);
        ObjectNode body = encoder.response(
                items,
                response.model(),
                response.created(),
                status(response.finishReason()),
                response.finishReason(),
                encoder.output(response, items));
        if (response.usage().known()) {
            body.set("usage", ResponsesUsage.write(response.usage()));
        }
        return body;
    }

    ChatRequest request() {
        return request;
    }

    static String status(FinishReason finishReason) {
        return switch (finishReason) {
            case STOP, TOOL_CALLS, PAUSE -> ResponsesItemEncoder.COMPLETED;
            case LENGTH, CONTENT_FILTER -> ResponsesItemEncoder.INCOMPLETE;
        };
    }

    /** @param finishReason null while the response is in progress */
    ObjectNode response(
            ResponsesItemEncoder items,
            String model,
            long created,
            String status,
            FinishReason finishReason,
            ArrayNode output) {
        ObjectNode response = Json.object()
                .put("id", items.responseId())
                .put("object", "response")
                .put("created_at", created)
                .putNull("completed_at")
                .put("status", status)
                .put("background", false)
                .putNull("error");
        if (finishReason == FinishReason.LENGTH || finishReason == FinishReason.CONTENT_FILTER) {
            String reason = finishReason == FinishReason.LENGTH ? "max_output_tokens" : "content_filter";
            response.putObject("incomplete_details").put("reason", reason);
        } else {
            response.putNull("incomplete_details");
        }
        response.put("instructions", request.instructions()).put("model", model == null ? request.model() : model);
        response.set("output", output);
        echo(response);
        return response.putNull("usage");
    }

    private void echo(ObjectNode response) {
        response.set(
                "parallel_tool_calls",
                sent(ChatParameter.PARALLEL_TOOL_CALLS, Json.object().booleanNode(true)));
        ToolChoice choice = request.toolChoice() == null ? ToolChoice.AUTO : request.toolChoice();
        Tool.Declaration chosen = choice.name() == null ? null : request.declaration(choice.name());
        response.set(
                "tool_choice",
                WebSearch.isForced(request) && choice.name() != null
                        ? Json.object().put("type", "web_search_preview")
                        : ResponsesToolMappings.echo(choice, chosen));
        ArrayNode tools = response.putArray("tools");
        JsonNode last = null;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    Tool.Declaration declaration = function.declaration();
                    if (declaration == null) {
                        tools.add(ResponsesToolMappings.echo(function));
                    } else if (declaration.listed() && !declaration.raw().equals(last)) {
                        // A namespace is the declaration of each of its tools.
                        last = declaration.raw();
                        tools.add(last);
                    }
                }
                case Tool.Native nativeTool -> tools.add(nativeTool.raw());
            }
        }
        response.set("temperature", sent(ChatParameter.TEMPERATURE, Json.number(1)));
        response.set("top_p", sent(ChatParameter.TOP_P, Json.number(1)));
        ResponseFormat format = request.format() == null ? ResponseFormat.TEXT : request.format();
        ObjectNode text = response.putObject("text");
        text.set("format", ResponsesToolMappings.write(format));
        if (request.params().containsKey(ChatParameter.VERBOSITY)) {
            text.set("verbosity", sent(ChatParameter.VERBOSITY, null));
        }
        ReasoningOptions reasoning = request.reasoning();
        response.putObject("reasoning")
                .put("effort", reasoning == null ? null : reasoning.effort())
                .put("summary", reasoning == null ? null : reasoning.summary());
        response.set("truncation", sent("truncation", Json.object().textNode("disabled")));
        response.set("metadata", sent(ChatParameter.METADATA, Json.object()));
        response.put("store", false).putNull("previous_response_id");
        ECHOED.entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(echoed -> {
            response.set(echoed.getValue(), sent(echoed.getKey(), null));
        });
        response.set("service_tier", sent(ChatParameter.SERVICE_TIER, DEFAULT_TIER));
        response.set("frequency_penalty", sent(ChatParameter.FREQUENCY_PENALTY, Json.number(0)));
        response.set("presence_penalty", sent(ChatParameter.PRESENCE_PENALTY, Json.number(0)));
        response.set("top_logprobs", sent(ChatParameter.TOP_LOGPROBS, Json.number(0)));
        if (request.params().containsKey(ChatParameter.USER)) {
            response.set("user", sent(ChatParameter.USER, null));
        }
    }

    private JsonNode sent(String name, JsonNode fallback) {
        ChatParameter param = request.params().get(name);
        return param == null ? fallback : param.value();
    }

    private ArrayNode output(ChatResponse response, ResponsesItemEncoder items) {
        ArrayNode output = Json.array();
        if (Compaction.isWanted(request)) {
            String summary = response.parts().stream()
                    .map(part -> part instanceof ContentPart.Text text ? text.text() : "")
                    .collect(Collectors.joining());
            return summary.isBlank() ? output : output.add(Compaction.write(items.id("cmp", 0), summary));
        }
        ArrayNode open = null;
        SearchRun search = null;
        List<JsonNode> logprobs = response.logprobs();
        for (ContentPart part : response.parts()) {
            JsonNode content = content(part, logprobs);
            if (content != null) {
                if (open == null) {
                    open = Json.array();
                    output.add(ResponsesItemEncoder.message(
                            items.id("msg", output.size()), ResponsesItemEncoder.COMPLETED, open));
                }
                open.add(content);
                search = null;
                logprobs = part instanceof ContentPart.Text ? List.of() : logprobs;
                continue;
            }
            if (part instanceof ContentPart.ToolCall call && call.signature() != null) {
                output.add(ResponsesItemEncoder.signature(items.id("rs", output.size()), call.id(), call.signature()));
            }
            if (search != null && part instanceof ContentPart.Native found && SearchRun.isResults(found)) {
                int last = output.size() - 1;
                output.set(last, SearchCallItem.of(search.with(found), items.id(SearchCallItem.PREFIX, last)));
                search = null;
                continue;
            }
            JsonNode item = item(part, items, output.size());
            if (item != null) {
                open = null;
                output.add(item);
                search = part instanceof ContentPart.Native found ? SearchRun.of(found) : null;
            }
        }
        boolean incomplete = status(response.finishReason()).equals(ResponsesItemEncoder.INCOMPLETE);
        boolean writtenHere =
                !response.parts().isEmpty() && !(response.parts().getLast() instanceof ContentPart.Native);
        if (incomplete
                && writtenHere
                && !output.isEmpty()
                && output.get(output.size() - 1).has("status")) {
            ((ObjectNode) output.get(output.size() - 1)).put("status", ResponsesItemEncoder.INCOMPLETE);
        }
        return output;
    }

    private static JsonNode content(ContentPart part, List<JsonNode> logprobs) {
        return switch (part) {
            case ContentPart.Text text ->
                text.text().isEmpty() && text.citations().isEmpty()
                        ? null
                        : ResponsesItemEncoder.text(
                                text.text(),
                                ResponsesItemEncoder.annotations(text.citations()),
                                ResponsesItemEncoder.logprobs(logprobs));
            case ContentPart.Refusal refusal ->
                refusal.text().isEmpty() ? null : ResponsesItemEncoder.refusal(refusal.text());
            case ContentPart.Image ignored -> null;
            case ContentPart.Audio ignored -> null;
            case ContentPart.Document ignored -> null;
            case ContentPart.ToolCall ignored -> null;
            case ContentPart.ToolResult ignored -> null;
            case ContentPart.Reasoning ignored -> null;
            case ContentPart.Native ignored -> null;
        };
    }

    /** Null for content that a response cannot have in this format. */
    private JsonNode item(ContentPart part, ResponsesItemEncoder items, int index) {
        return switch (part) {
            case ContentPart.ToolCall call -> {
                ResponsesCallItem item = ResponsesCallItem.of(call.name(), request.declaration(call.name()));
                yield item.write(
                        items.id(item.idPrefix(), index), call.id(), call.arguments(), ResponsesItemEncoder.COMPLETED);
            }
            case ContentPart.Reasoning reasoning ->
                reasoning.text().isEmpty() && reasoning.opaque() == null
                        ? null
                        : ResponsesItemEncoder.reasoning(items.id("rs", index), reasoning.text(), reasoning.opaque());
            case ContentPart.Native nativePart ->
                nativePart.protocol().equals(ResponsesProtocol.NAME)
                        ? nativePart.block()
                        : foreign(nativePart, items, index);
            case ContentPart.Text ignored -> null;
            case ContentPart.Refusal ignored -> null;
            case ContentPart.Image ignored -> null;
            case ContentPart.Audio ignored -> null;
            case ContentPart.Document ignored -> null;
            case ContentPart.ToolResult ignored -> null;
        };
    }

    private static ObjectNode foreign(ContentPart.Native part, ResponsesItemEncoder items, int index) {
        SearchRun search = SearchRun.of(part);
        return search == null
                ? image(part, items.id("ig", index))
                : SearchCallItem.of(search, items.id(SearchCallItem.PREFIX, index));
    }

    private static ObjectNode image(ContentPart.Native part, String id) {
        ContentPart.Source image = GeneratedImage.of(part);
        return image == null || image.data() == null
                ? null
                : ResponsesItemEncoder.image(id, ResponsesItemEncoder.COMPLETED, image.data());
    }

    static ObjectNode withUsage(ObjectNode response, Usage usage) {
        if (usage.known()) {
            response.set("usage", ResponsesUsage.write(usage));
        }
        return response;
    }
}
