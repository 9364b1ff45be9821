package dev.sluice.contract;

import static dev.sluice.contract.Words.arr;
import static dev.sluice.contract.Words.elements;
import static dev.sluice.contract.Words.obj;

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
final class MessagesApi implements Api {

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
    public boolean canAsk(Feature feature) {
        return feature != Feature.LOGPROBS;
    }

    @Override
    @SuppressWarnings("unchecked") // a JsonValue may stand for any field, but its type does not say so
    public Answer ask(Question question, boolean stream) {
        List<JsonNode> messages = Words.with(question.history(), List.of(said(question)));
        MessageCreateParams.Builder params = MessageCreateParams.builder()
                .model(question.model())
                .maxTokens(question.maxTokens() > 0 ? question.maxTokens() : USUAL_MAX_TOKENS)
                .messages(JsonValue.from(messages));
        if (question.system() != null) {
            params.system(question.system());
        }
        if (question.stop() != null) {
            params.addStopSequence(question.stop());
        }
        more(question)
                .properties()
                .forEach(each ->
                        params.putAdditionalBodyProperty(each.getKey(), JsonValue.fromJsonNode(each.getValue())));
        return stream ? streamed(params.build(), messages) : whole(params.build(), messages);
    }

    private static JsonNode more(Question question) {
        ObjectNode more = obj();
        if (question.tools()) {
            ArrayNode tools = more.putArray("tools");
            Words.TOOLS.forEach(name -> tools.add(
                    obj("name", name, "description", "Tells the " + name, "input_schema", Words.parameters())));
        }
        ObjectNode output = obj();
        if (question.schema()) {
            output.set("format", obj("type", "json_schema", "schema", Words.schema()));
        }
        if (question.reasoning()) {
            output.put("effort", "high");
            more.set("thinking", obj("type", "adaptive", "display", "summarized"));
        }
        if (!output.isEmpty()) {
            more.set("output_config", output);
        }
        return more;
    }

    private static JsonNode said(Question question) {
        ArrayNode content = arr();
        if (!question.results().isEmpty()) {
            List<JsonNode> calls = of(elements(question.history().getLast().path("content")), "tool_use");
            IntStream.range(0, calls.size())
                    .mapToObj(i -> obj(
                            "type",
                            "tool_result",
                            "tool_use_id",
                            calls.get(i).path("id").asText(),
                            "content",
                            question.results().get(i)))
                    .forEach(content::add);
        } else {
            content.add(obj("type", "text", "text", question.text()));
        }
        if (question.image()) {
            ObjectNode source = obj("type", "base64", "media_type", "image/png", "data", Words.PIXEL);
            content.add(obj("type", "image", "source", source));
        }
        return obj("role", "user", "content", content);
    }

    private Answer whole(MessageCreateParams params, List<JsonNode> messages) {
        try (HttpResponseFor<Message> response =
                client.messages().withRawResponse().create(params)) {
            return answer(response.parse().validate(), response.headers().values(DROPPED), messages);
        }
    }

    private Answer streamed(MessageCreateParams params, List<JsonNode> messages) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (HttpResponseFor<StreamResponse<RawMessageStreamEvent>> response =
                        client.messages().withRawResponse().createStreaming(params);
                StreamResponse<RawMessageStreamEvent> stream = response.parse()) {
            stream.stream().map(RawMessageStreamEvent::validate).forEach(accumulator::accumulate);
            return answer(accumulator.message().validate(), response.headers().values(DROPPED), messages);
        }
    }

    private static Answer answer(Message answer, List<String> dropped, List<JsonNode> messages) {
        JsonNode tree = tree(answer);
        List<JsonNode> blocks = elements(tree.path("content"));
        List<JsonNode> texts = of(blocks, "text");
        List<JsonNode> calls = of(blocks, "tool_use");
        Answer.Finish finish = finish(tree.path("stop_reason").asText());
        Answer.Said said = new Answer.Said(
                Words.joined(texts, "text"),
                Words.joined(of(blocks, "thinking"), "thinking"),
                calls.stream()
                        .map(call -> Words.call(
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
        return new Answer(
                said,
                calls.stream().map(call -> call.path("id").asText()).toList(),
                Words.dropped(dropped),
                Words.with(messages, List.of(tree(answer.toParam()))));
    }

    private static List<JsonNode> of(List<JsonNode> items, String type) {
        return items.stream()
                .filter(item -> item.path("type").asText().equals(type))
                .toList();
    }

    private static Answer.Finish finish(String reason) {
        return switch (reason) {
            case "end_turn", "stop_sequence" -> Answer.Finish.STOP;
            case "max_tokens" -> Answer.Finish.LENGTH;
            case "tool_use" -> Answer.Finish.TOOLS;
            case "refusal" -> Answer.Finish.REFUSED;
            default -> throw new AssertionError("stop_reason: " + reason);
        };
    }

    private static Answer.Tokens tokens(JsonNode usage) {
        int cached = usage.path("cache_read_input_tokens").asInt(0);
        int written = usage.path("cache_creation_input_tokens").asInt(0);
        return new Answer.Tokens(
                usage.path("input_tokens").asInt(-1) + cached + written,
                usage.path("output_tokens").asInt(-1),
                cached,
                usage.path("output_tokens_details").path("thinking_tokens").asInt(-1));
    }

    private static JsonNode tree(Object typed) {
        return ObjectMappers.jsonMapper().valueToTree(typed);
    }
}
