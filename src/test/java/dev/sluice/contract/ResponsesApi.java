package dev.sluice.contract;

import static dev.sluice.contract.Words.arr;
import static dev.sluice.contract.Words.elements;
import static dev.sluice.contract.Words.obj;
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
final class ResponsesApi implements Api {

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
    public boolean canAsk(Feature feature) {
        return feature != Feature.STOP;
    }

    @Override
    @SuppressWarnings("unchecked") // a JsonValue may stand for any field, but its type does not say so
    public Answer ask(Question question, boolean stream) {
        List<JsonNode> input = Words.with(question.history(), said(question));
        ResponseCreateParams.Builder params = ResponseCreateParams.builder()
                .model(question.model())
                .store(false)
                .input(JsonValue.from(input));
        if (question.system() != null) {
            params.instructions(question.system());
        }
        if (question.maxTokens() > 0) {
            params.maxOutputTokens(question.maxTokens());
        }
        more(question)
                .properties()
                .forEach(each ->
                        params.putAdditionalBodyProperty(each.getKey(), JsonValue.fromJsonNode(each.getValue())));
        return stream ? streamed(params.build(), input) : whole(params.build(), input);
    }

    private static JsonNode more(Question question) {
        ObjectNode more = obj();
        if (question.tools()) {
            ArrayNode tools = more.putArray("tools");
            Words.TOOLS.forEach(name -> tools.add(obj(
                    "type",
                    "function",
                    "name",
                    name,
                    "description",
                    "Tells the " + name,
                    "parameters",
                    Words.parameters(),
                    "strict",
                    false)));
        }
        if (question.schema()) {
            ObjectNode format = obj("type", "json_schema", "name", "answer", "strict", true, "schema", Words.schema());
            more.set("text", obj("format", format));
        }
        if (question.reasoning()) {
            more.set("reasoning", obj("effort", "high", "summary", "auto"));
            more.putArray("include").add("reasoning.encrypted_content");
        }
        if (question.logprobs()) {
            more.putArray("include").add("message.output_text.logprobs");
        }
        return more;
    }

    private static List<JsonNode> said(Question question) {
        List<JsonNode> said = new ArrayList<>();
        if (!question.results().isEmpty()) {
            List<JsonNode> calls = question.history().stream()
                    .filter(item -> item.path("type").asText().equals("function_call"))
                    .toList();
            int first = calls.size() - question.results().size();
            for (int i = 0; i < question.results().size(); i++) {
                String id = calls.get(first + i).path("call_id").asText();
                said.add(obj(
                        "type",
                        "function_call_output",
                        "call_id",
                        id,
                        "output",
                        question.results().get(i)));
            }
        } else if (question.image()) {
            String url = "data:image/png;base64," + Words.PIXEL;
            said.add(obj(
                    "role",
                    "user",
                    "content",
                    arr(
                            obj("type", "input_text", "text", question.text()),
                            obj("type", "input_image", "detail", "auto", "image_url", url))));
        } else {
            said.add(obj("role", "user", "content", question.text()));
        }
        return said;
    }

    private Answer whole(ResponseCreateParams params, List<JsonNode> input) {
        try (HttpResponseFor<Response> response =
                client.responses().withRawResponse().create(params)) {
            return answer(response.parse().validate(), response.headers().values(DROPPED), input);
        }
    }

    private Answer streamed(ResponseCreateParams params, List<JsonNode> input) {
        ResponseAccumulator accumulator = ResponseAccumulator.createWithSnapshots();
        try (HttpResponseFor<StreamResponse<ResponseStreamEvent>> response =
                        client.responses().withRawResponse().createStreaming(params);
                StreamResponse<ResponseStreamEvent> stream = response.parse()) {
            stream.stream().map(ResponseStreamEvent::validate).forEach(accumulator::accumulate);
            Response last = accumulator.response().validate();
            assertThat(accumulator.reconstructedResponse().output())
                    .as("what the events say, and the response in the last one")
                    .isEqualTo(last.output());
            return answer(last, response.headers().values(DROPPED), input);
        }
    }

    private static Answer answer(Response answer, List<String> dropped, List<JsonNode> input) {
        JsonNode tree = ObjectMappers.jsonMapper().valueToTree(answer);
        List<JsonNode> output = elements(tree.path("output"));
        List<JsonNode> parts = of(output, "message").stream()
                .flatMap(message -> elements(message.path("content")).stream())
                .toList();
        List<JsonNode> texts = of(parts, "output_text");
        List<JsonNode> calls = of(output, "function_call");
        List<JsonNode> thoughts = of(output, "reasoning").stream()
                .flatMap(item -> elements(item.path("summary")).stream())
                .toList();
        String refusal = Words.joined(of(parts, "refusal"), "refusal");
        Answer.Said said = new Answer.Said(
                Words.joined(texts, "text"),
                Words.joined(thoughts, "text"),
                calls.stream()
                        .map(call -> Words.call(
                                call.path("name").asText(),
                                call.path("arguments").asText()))
                        .toList(),
                finish(tree, !calls.isEmpty(), !refusal.isEmpty()),
                texts.stream()
                        .flatMap(text -> elements(text.path("annotations")).stream())
                        .map(each -> each.path("url").asText())
                        .toList(),
                Words.joined(
                        texts.stream()
                                .flatMap(text -> elements(text.path("logprobs")).stream())
                                .toList(),
                        "token"),
                refusal,
                tokens(tree.path("usage")));
        return new Answer(
                said,
                calls.stream().map(call -> call.path("call_id").asText()).toList(),
                Words.dropped(dropped),
                Words.with(input, output));
    }

    private static List<JsonNode> of(List<JsonNode> items, String type) {
        return items.stream()
                .filter(item -> item.path("type").asText().equals(type))
                .toList();
    }

    private static Answer.Finish finish(JsonNode response, boolean calls, boolean refused) {
        String status = response.path("status").asText();
        if (status.equals("incomplete")) {
            String reason = response.path("incomplete_details").path("reason").asText();
            return reason.equals("max_output_tokens") ? Answer.Finish.LENGTH : Answer.Finish.REFUSED;
        }
        assertThat(status).isEqualTo("completed");
        return refused ? Answer.Finish.REFUSED : calls ? Answer.Finish.TOOLS : Answer.Finish.STOP;
    }

    private static Answer.Tokens tokens(JsonNode usage) {
        return new Answer.Tokens(
                usage.path("input_tokens").asInt(-1),
                usage.path("output_tokens").asInt(-1),
                usage.path("input_tokens_details").path("cached_tokens").asInt(0),
                usage.path("output_tokens_details").path("reasoning_tokens").asInt(0));
    }
}
