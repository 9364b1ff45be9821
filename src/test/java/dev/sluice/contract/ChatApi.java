package dev.sluice.contract;

import static dev.sluice.contract.JsonNodes.arr;
import static dev.sluice.contract.JsonNodes.elements;
import static dev.sluice.contract.JsonNodes.obj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.util.ArrayList;
import java.util.List;

/** Chat Completions by openai-java. */
final class ChatApi implements ClientApi {

    private static final List<String> THOUGHTS = List.of("reasoning_content", "reasoning");

    private final OpenAIClient client;

    ChatApi(OpenAIClient client) {
        this.client = client;
    }

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public boolean supports(Feature feature) {
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // a JsonValue may stand for any field, but its type does not say so
    public ApiResponse send(ApiRequest request, boolean stream) {
        List<JsonNode> messages = JsonNodes.with(request.history(), said(request));
        ChatCompletionCreateParams.Builder params =
                ChatCompletionCreateParams.builder().model(request.model()).messages(JsonValue.from(messages));
        if (request.maxTokens() > 0) {
            params.maxCompletionTokens(request.maxTokens());
        }
        if (request.stop() != null) {
            params.stop(request.stop());
        }
        if (request.logprobs()) {
            params.logprobs(true);
        }
        JsonNode more = more(request);
        more.properties()
                .forEach(each ->
                        params.putAdditionalBodyProperty(each.getKey(), JsonValue.fromJsonNode(each.getValue())));
        if (!stream) {
            return whole(params.build(), messages);
        }
        params.streamOptions(
                ChatCompletionStreamOptions.builder().includeUsage(true).build());
        return streamed(params.build(), messages);
    }

    private static JsonNode more(ApiRequest request) {
        ObjectNode more = obj();
        if (request.tools()) {
            ArrayNode tools = more.putArray("tools");
            JsonNodes.TOOLS.forEach(name -> tools.add(obj(
                    "type",
                    "function",
                    "function",
                    obj("name", name, "description", "Tells the " + name, "parameters", JsonNodes.parameters()))));
        }
        if (request.schema()) {
            ObjectNode schema = obj("name", "answer", "strict", true, "schema", JsonNodes.schema());
            more.set("response_format", obj("type", "json_schema", "json_schema", schema));
        }
        if (request.reasoning()) {
            more.put("reasoning_effort", "high");
        }
        return more;
    }

    private static List<JsonNode> said(ApiRequest request) {
        List<JsonNode> said = new ArrayList<>();
        if (request.system() != null && request.history().isEmpty()) {
            said.add(obj("role", "system", "content", request.system()));
        }
        if (!request.results().isEmpty()) {
            JsonNode calls = request.history().getLast().path("tool_calls");
            for (int i = 0; i < request.results().size(); i++) {
                String id = calls.path(i).path("id").asText();
                said.add(obj(
                        "role",
                        "tool",
                        "tool_call_id",
                        id,
                        "content",
                        request.results().get(i)));
            }
        } else if (request.image()) {
            String url = "data:image/png;base64," + JsonNodes.PIXEL;
            said.add(obj(
                    "role",
                    "user",
                    "content",
                    arr(
                            obj("type", "text", "text", request.text()),
                            obj("type", "image_url", "image_url", obj("url", url)))));
        } else {
            said.add(obj("role", "user", "content", request.text()));
        }
        return said;
    }

    private ApiResponse whole(ChatCompletionCreateParams params, List<JsonNode> messages) {
        try (HttpResponseFor<ChatCompletion> response =
                client.chat().completions().withRawResponse().create(params)) {
            ChatCompletion completion = response.parse().validate();
            JsonNode message = tree(completion).path("choices").path(0).path("message");
            return response(
                    completion,
                    thought(message),
                    citations(message, tree(completion)),
                    response.headers().values(DROPPED),
                    messages);
        }
    }

    private ApiResponse streamed(ChatCompletionCreateParams params, List<JsonNode> messages) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        StringBuilder thought = new StringBuilder();
        List<String> citations = new ArrayList<>();
        try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> response =
                        client.chat().completions().withRawResponse().createStreaming(params);
                StreamResponse<ChatCompletionChunk> stream = response.parse()) {
            stream.stream().forEach(chunk -> {
                accumulator.accumulate(chunk);
                JsonNode tree = tree(chunk);
                JsonNode delta = tree.path("choices").path(0).path("delta");
                thought.append(thought(delta));
                citations.addAll(citations(delta, tree));
            });
            ChatCompletion completion = accumulator.chatCompletion().validate();
            return response(
                    completion,
                    thought.toString(),
                    citations,
                    response.headers().values(DROPPED),
                    messages);
        }
    }

    private static ApiResponse response(
            ChatCompletion response,
            String thought,
            List<String> citations,
            List<String> dropped,
            List<JsonNode> messages) {
        JsonNode tree = tree(response);
        JsonNode choice = tree.path("choices").path(0);
        JsonNode message = choice.path("message");
        List<JsonNode> calls = elements(message.path("tool_calls"));
        ApiResponse.Content content = new ApiResponse.Content(
                message.path("content").asText(""),
                thought,
                calls.stream()
                        .map(call -> call.path("function"))
                        .map(call -> JsonNodes.call(
                                call.path("name").asText(),
                                call.path("arguments").asText()))
                        .toList(),
                finish(choice.path("finish_reason").asText(), message),
                citations,
                JsonNodes.joined(elements(choice.path("logprobs").path("content")), "token"),
                message.path("refusal").asText(""),
                tokens(tree.path("usage")));
        return new ApiResponse(
                content,
                calls.stream().map(call -> call.path("id").asText()).toList(),
                JsonNodes.dropped(dropped),
                JsonNodes.with(messages, List.of(replayed(response, thought))));
    }

    /** As the client would send it back, with the thought where providers of this format look for it. */
    private static JsonNode replayed(ChatCompletion response, String thought) {
        ObjectNode message = ObjectMappers.jsonMapper()
                .valueToTree(response.choices().get(0).message().toParam());
        if (message.path("tool_calls").isEmpty()) {
            // What the accumulator makes of a text, OpenAI refuses.
            message.remove("tool_calls");
        }
        return thought.isEmpty() ? message : message.put(THOUGHTS.get(0), thought);
    }

    private static ApiResponse.Finish finish(String reason, JsonNode message) {
        if (message.path("refusal").isTextual()) {
            return ApiResponse.Finish.REFUSED;
        }
        return switch (reason) {
            case "stop" -> ApiResponse.Finish.STOP;
            case "length" -> ApiResponse.Finish.LENGTH;
            case "tool_calls" -> ApiResponse.Finish.TOOLS;
            case "content_filter" -> ApiResponse.Finish.REFUSED;
            default -> throw new AssertionError("finish_reason: " + reason);
        };
    }

    private static ApiResponse.Tokens tokens(JsonNode usage) {
        return new ApiResponse.Tokens(
                usage.path("prompt_tokens").asInt(-1),
                usage.path("completion_tokens").asInt(-1),
                usage.path("prompt_tokens_details").path("cached_tokens").asInt(0),
                usage.path("completion_tokens_details").path("reasoning_tokens").asInt(0));
    }

    /** As annotations, or in xAI's way: addresses beside the choices. */
    private static List<String> citations(JsonNode message, JsonNode envelope) {
        List<String> citations = new ArrayList<>();
        elements(message.path("annotations"))
                .forEach(each ->
                        citations.add(each.path("url_citation").path("url").asText()));
        elements(envelope.path("citations")).forEach(each -> citations.add(each.asText()));
        return citations;
    }

    /** Not in OpenAI's own format, but what all who show it call it. */
    private static String thought(JsonNode message) {
        for (String name : THOUGHTS) {
            if (message.path(name).isTextual()) {
                return message.path(name).asText();
            }
        }
        return "";
    }

    private static JsonNode tree(Object typed) {
        return ObjectMappers.jsonMapper().valueToTree(typed);
    }
}
