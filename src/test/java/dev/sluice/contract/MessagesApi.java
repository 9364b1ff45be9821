package dev.sluice.contract;

import static dev.sluice.contract.JsonNodes.arr;
import static dev.sluice.contract.JsonNodes.elements;
import static dev.sluice.contract.JsonNodes.obj;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.ObjectMappers;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;

/** Messages by anthropic-java. */
final class MessagesApi implements ClientApi {

    /** The format demands one; more than any thinking takes here. */
    private static final int USUAL_MAX_TOKENS = 4_096;

    private final AnthropicClient client;

    MessagesApi(AnthropicClient client) {
        this.client = client;
    }

    @Override
    public String name() {
        return "messages";
    }

    /** It knows no logprobs. */
    @Override
    public boolean supports(Feature feature) {
        return feature != Feature.LOGPROBS;
    }

    @Override
    @SuppressWarnings("unchecked") // a JsonValue may stand for any field, but its type does not say so
    public ApiResponse send(ApiRequest request, boolean stream) {
        List<JsonNode> messages = JsonNodes.with(request.history(), List.of(said(request)));
        MessageCreateParams.Builder params = MessageCreateParams.builder()
                .model(request.model())
                .maxTokens(request.maxTokens() > 0 ? request.maxTokens() : USUAL_MAX_TOKENS)
                .messages(JsonValue.from(messages));
        if (request.system() != null) {
            params.system(request.system());
        }
        if (request.stop() != null) {
            params.addStopSequence(request.stop());
        }
        more(request)
                .properties()
                .forEach(each ->
                        params.putAdditionalBodyProperty(each.getKey(), JsonValue.fromJsonNode(each.getValue())));
        return stream ? streamed(params.build(), messages) : whole(params.build(), messages);
    }

    private static JsonNode more(ApiRequest request) {
        ObjectNode more = obj();
        if (request.tools()) {
            ArrayNode tools = more.putArray("tools");
            JsonNodes.TOOLS.forEach(name -> tools.add(
                    obj("name", name, "description", "Tells the " + name, "input_schema", JsonNodes.parameters())));
        }
        ObjectNode output = obj();
        if (request.schema()) {
            output.set("format", obj("type", "json_schema", "schema", JsonNodes.schema()));
        }
        if (request.reasoning()) {
            output.put("effort", "high");
            more.set("thinking", obj("type", "adaptive", "display", "summarized"));
        }
        if (!output.isEmpty()) {
            more.set("output_config", output);
        }
        return more;
    }

    private static JsonNode said(ApiRequest request) {
        ArrayNode content = arr();
        if (!request.results().isEmpty()) {
            List<JsonNode> calls = of(elements(request.history().getLast().path("content")), "tool_use");
            IntStream.range(0, calls.size())
                    .mapToObj(i -> obj(
                            "type",
                            "tool_result",
                            "tool_use_id",
                            calls.get(i).path("id").asText(),
                            "content",
                            request.results().get(i)))
                    .forEach(content::add);
        } else {
            content.add(obj("type", "text", "text", request.text()));
        }
        if (request.image()) {
            ObjectNode source = obj("type", "base64", "media_type", "image/png", "data", JsonNodes.PIXEL);
            content.add(obj("type", "image", "source", source));
        }
        return obj("role", "user", "content", content);
    }

    private ApiResponse whole(MessageCreateParams params, List<JsonNode> messages) {
        try (HttpResponseFor<Message> response =
                client.messages().withRawResponse().create(params)) {
            return response(response.parse().validate(), response.headers().values(DROPPED), messages);
        }
    }

    private ApiResponse streamed(MessageCreateParams params, List<JsonNode> messages) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (HttpResponseFor<StreamResponse<RawMessageStreamEvent>> response =
                        client.messages().withRawResponse().createStreaming(params);
                StreamResponse<RawMessageStreamEvent> stream = response.parse()) {
            stream.stream().map(RawMessageStreamEvent::validate).forEach(accumulator::accumulate);
            return response(accumulator.message().validate(), response.headers().values(DROPPED), messages);
        }
    }

    private static ApiResponse response(Message response, List<String> dropped, List<JsonNode> messages) {
        JsonNode tree = tree(response);
        List<JsonNode> blocks = elements(tree.path("content"));
        List<JsonNode> texts = of(blocks, "text");
        List<JsonNode> calls = of(blocks, "tool_use");
        ApiResponse.Finish finish = finish(tree.path("stop_reason").asText());
        ApiResponse.Content content = new ApiResponse.Content(
                JsonNodes.joined(texts, "text"),
                JsonNodes.joined(of(blocks, "thinking"), "thinking"),
                calls.stream()
                        .map(call -> JsonNodes.call(
                                call.path("name").asText(), call.path("input").toString()))
                        .toList(),
                finish,
                texts.stream()
                        .flatMap(each -> elements(each.path("citations")).stream())
                        .map(each -> each.path("url").asText())
                        .toList(),
                "",
                tree.path("stop_details").path("explanation").asText(""),
                tokens(tree.path("usage")));
        return new ApiResponse(
                content,
                calls.stream().map(call -> call.path("id").asText()).toList(),
                JsonNodes.dropped(dropped),
                JsonNodes.with(messages, List.of(tree(response.toParam()))));
    }

    private static List<JsonNode> of(List<JsonNode> items, String type) {
        return items.stream()
                .filter(item -> item.path("type").asText().equals(type))
                .toList();
    }

    private static ApiResponse.Finish finish(String reason) {
        return switch (reason) {
            case "end_turn", "stop_sequence" -> ApiResponse.Finish.STOP;
            case "max_tokens" -> ApiResponse.Finish.LENGTH;
            case "tool_use" -> ApiResponse.Finish.TOOLS;
            case "refusal" -> ApiResponse.Finish.REFUSED;
            default -> throw new AssertionError("stop_reason: " + reason);
        };
    }

    private static ApiResponse.Tokens tokens(JsonNode usage) {
        int cached = usage.path("cache_read_input_tokens").asInt(0);
        int written = usage.path("cache_creation_input_tokens").asInt(0);
        return new ApiResponse.Tokens(
                usage.path("input_tokens").asInt(-1) + cached + written,
                usage.path("output_tokens").asInt(-1),
                cached,
                usage.path("output_tokens_details").path("thinking_tokens").asInt(-1));
    }

    private static JsonNode tree(Object typed) {
        return ObjectMappers.jsonMapper().valueToTree(typed);
    }
}
