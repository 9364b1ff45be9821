package dev.sluice.contract;

import static dev.sluice.contract.JsonNodes.arr;
import static dev.sluice.contract.JsonNodes.elements;
import static dev.sluice.contract.JsonNodes.obj;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.ArrayList;
import java.util.List;

/** Responses by openai-java, without anything kept at the provider. */
final class ResponsesApi implements ClientApi {

    private final OpenAIClient client;

    ResponsesApi(OpenAIClient client) {
        this.client = client;
    }

    @Override
    public String name() {
        return "responses";
    }

    /** It knows no stop sequences. */
    @Override
    public boolean supports(Feature feature) {
        return feature != Feature.STOP;
    }

    @Override
    @SuppressWarnings("unchecked") // a JsonValue may stand for any field, but its type does not say so
    public ApiResponse send(ApiRequest request, boolean stream) {
        List<JsonNode> input = JsonNodes.with(request.history(), said(request));
        ResponseCreateParams.Builder params = ResponseCreateParams.builder()
                .model(request.model())
                .store(false)
                .input(JsonValue.from(input));
        if (request.system() != null) {
            params.instructions(request.system());
        }
        if (request.maxTokens() > 0) {
            params.maxOutputTokens(request.maxTokens());
        }
        more(request)
                .properties()
                .forEach(each ->
                        params.putAdditionalBodyProperty(each.getKey(), JsonValue.fromJsonNode(each.getValue())));
        return stream ? streamed(params.build(), input) : whole(params.build(), input);
    }

    private static JsonNode more(ApiRequest request) {
        ObjectNode more = obj();
        if (request.tools()) {
            ArrayNode tools = more.putArray("tools");
            JsonNodes.TOOLS.forEach(name -> tools.add(obj(
                    "type",
                    "function",
                    "name",
                    name,
                    "description",
                    "Tells the " + name,
                    "parameters",
                    JsonNodes.parameters(),
                    "strict",
                    false)));
        }
        if (request.schema()) {
            ObjectNode format =
                    obj("type", "json_schema", "name", "answer", "strict", true, "schema", JsonNodes.schema());
            more.set("text", obj("format", format));
        }
        if (request.reasoning()) {
            more.set("reasoning", obj("effort", "high", "summary", "auto"));
            more.putArray("include").add("reasoning.encrypted_content");
        }
        if (request.logprobs()) {
            more.putArray("include").add("message.output_text.logprobs");
        }
        return more;
    }

    private static List<JsonNode> said(ApiRequest request) {
        List<JsonNode> said = new ArrayList<>();
        if (!request.results().isEmpty()) {
            List<JsonNode> calls = request.history().stream()
                    .filter(item -> item.path("type").asText().equals("function_call"))
                    .toList();
            int first = calls.size() - request.results().size();
            for (int i = 0; i < request.results().size(); i++) {
                String id = calls.get(first + i).path("call_id").asText();
                said.add(obj(
                        "type",
                        "function_call_output",
                        "call_id",
                        id,
                        "output",
                        request.results().get(i)));
            }
        } else if (request.image()) {
            String url = "data:image/png;base64," + JsonNodes.PIXEL;
            said.add(obj(
                    "role",
                    "user",
                    "content",
                    arr(
                            obj("type", "input_text", "text", request.text()),
                            obj("type", "input_image", "detail", "auto", "image_url", url))));
        } else {
            said.add(obj("role", "user", "content", request.text()));
        }
        return said;
    }

    private ApiResponse whole(ResponseCreateParams params, List<JsonNode> input) {
        try (HttpResponseFor<Response> response =
                client.responses().withRawResponse().create(params)) {
            return response(response.parse().validate(), response.headers().values(DROPPED), input);
        }
    }

    private ApiResponse streamed(ResponseCreateParams params, List<JsonNode> input) {
        ResponseAccumulator accumulator = ResponseAccumulator.createWithSnapshots();
        try (HttpResponseFor<StreamResponse<ResponseStreamEvent>> response =
                        client.responses().withRawResponse().createStreaming(params);
                StreamResponse<ResponseStreamEvent> stream = response.parse()) {
            stream.stream().map(ResponseStreamEvent::validate).forEach(accumulator::accumulate);
            Response last = accumulator.response().validate();
            assertThat(accumulator.reconstructedResponse().output())
                    .as("the text of the events and of the response in the last one")
                    .isEqualTo(last.output());
            return response(last, response.headers().values(DROPPED), input);
        }
    }

    private static ApiResponse response(Response response, List<String> dropped, List<JsonNode> input) {
        JsonNode tree = ObjectMappers.jsonMapper().valueToTree(response);
        List<JsonNode> output = elements(tree.path("output"));
        List<JsonNode> parts = of(output, "message").stream()
                .flatMap(message -> elements(message.path("content")).stream())
                .toList();
        List<JsonNode> texts = of(parts, "output_text");
        List<JsonNode> calls = of(output, "function_call");
        List<JsonNode> thoughts = of(output, "reasoning").stream()
                .flatMap(item -> elements(item.path("summary")).stream())
                .toList();
        String refusal = JsonNodes.joined(of(parts, "refusal"), "refusal");
        ApiResponse.Content content = new ApiResponse.Content(
                JsonNodes.joined(texts, "text"),
                JsonNodes.joined(thoughts, "text"),
                calls.stream()
                        .map(call -> JsonNodes.call(
                                call.path("name").asText(),
                                call.path("arguments").asText()))
                        .toList(),
                finish(tree, !calls.isEmpty(), !refusal.isEmpty()),
                texts.stream()
                        .flatMap(text -> elements(text.path("annotations")).stream())
                        .map(each -> each.path("url").asText())
                        .toList(),
                JsonNodes.joined(
                        texts.stream()
                                .flatMap(text -> elements(text.path("logprobs")).stream())
                                .toList(),
                        "token"),
                refusal,
                tokens(tree.path("usage")));
        return new ApiResponse(
                content,
                calls.stream().map(call -> call.path("call_id").asText()).toList(),
                JsonNodes.dropped(dropped),
                JsonNodes.with(input, output));
    }

    private static List<JsonNode> of(List<JsonNode> items, String type) {
        return items.stream()
                .filter(item -> item.path("type").asText().equals(type))
                .toList();
    }

    private static ApiResponse.Finish finish(JsonNode response, boolean calls, boolean refused) {
        String status = response.path("status").asText();
        if (status.equals("incomplete")) {
            String reason = response.path("incomplete_details").path("reason").asText();
            return reason.equals("max_output_tokens") ? ApiResponse.Finish.LENGTH : ApiResponse.Finish.REFUSED;
        }
        assertThat(status).isEqualTo("completed");
        return refused ? ApiResponse.Finish.REFUSED : calls ? ApiResponse.Finish.TOOLS : ApiResponse.Finish.STOP;
    }

    private static ApiResponse.Tokens tokens(JsonNode usage) {
        return new ApiResponse.Tokens(
                usage.path("input_tokens").asInt(-1),
                usage.path("output_tokens").asInt(-1),
                usage.path("input_tokens_details").path("cached_tokens").asInt(0),
                usage.path("output_tokens_details").path("reasoning_tokens").asInt(0));
    }
}
