package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Finish;
import dev.sluice.model.chat.OutputFormat;
import dev.sluice.model.chat.Param;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Reasoning;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import java.util.List;
import java.util.Map;

/** The {@code response} object: output items, and an echo of the request, which clients' schemas demand. */
final class ResponseBody {

    /** Parameters echoed as they were sent, null when they were not: canonical name to this format's. */
    private static final Map<String, String> ECHOED = Map.of(
            Param.MAX_TOKENS, "max_output_tokens",
            Param.USER, "user",
            Param.SAFETY_IDENTIFIER, "safety_identifier",
            Param.PROMPT_CACHE_KEY, "prompt_cache_key",
            Param.SERVICE_TIER, "service_tier");

    private final ChatRequest request;

    ResponseBody(ChatRequest request) {
        this.request = request;
    }

    static ObjectNode whole(ChatAnswer answer, ChatRequest request) {
        Items items = new Items(answer.id());
        ObjectNode response = new ResponseBody(request)
                .response(
                        items,
                        answer.model(),
                        answer.created(),
                        status(answer.finish()),
                        answer.finish(),
                        output(answer, items));
        if (answer.usage().known()) {
            response.set("usage", UsageWords.write(answer.usage()));
        }
        return response;
    }

    static String status(Finish finish) {
        return switch (finish) {
            case STOP, TOOL_CALLS, PAUSE -> Items.COMPLETED;
            case LENGTH, CONTENT_FILTER -> Items.INCOMPLETE;
        };
    }

    /** @param finish null while the answer goes on */
    ObjectNode response(Items items, String model, long created, String status, Finish finish, ArrayNode output) {
        ObjectNode response = Json.object()
                .put("id", items.responseId())
                .put("object", "response")
                .put("created_at", created)
                .put("status", status)
                .putNull("error");
        if (finish == Finish.LENGTH || finish == Finish.CONTENT_FILTER) {
            String reason = finish == Finish.LENGTH ? "max_output_tokens" : "content_filter";
            response.putObject("incomplete_details").put("reason", reason);
        } else {
            response.putNull("incomplete_details");
        }
        response.putNull("instructions").put("model", model == null ? request.model() : model);
        response.set("output", output);
        echo(response);
        return response.putNull("usage");
    }

    private void echo(ObjectNode response) {
        response.set(
                "parallel_tool_calls",
                sent(Param.PARALLEL_TOOL_CALLS, Json.object().booleanNode(true)));
        response.set(
                "tool_choice", ToolWords.write(request.toolChoice() == null ? ToolChoice.AUTO : request.toolChoice()));
        ArrayNode tools = response.putArray("tools");
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> tools.add(ToolWords.write(function));
                case Tool.Native hosted -> tools.add(hosted.raw());
            }
        }
        response.set("temperature", sent(Param.TEMPERATURE, Json.number(1)));
        response.set("top_p", sent(Param.TOP_P, Json.number(1)));
        OutputFormat format = request.format() == null ? OutputFormat.TEXT : request.format();
        ObjectNode text = response.putObject("text");
        text.set("format", ToolWords.write(format));
        if (request.params().containsKey(Param.VERBOSITY)) {
            text.set("verbosity", sent(Param.VERBOSITY, null));
        }
        Reasoning reasoning = request.reasoning();
        response.putObject("reasoning")
                .put("effort", reasoning == null ? null : reasoning.effort())
                .put("summary", reasoning == null ? null : reasoning.summary());
        response.set("truncation", sent("truncation", Json.object().textNode("disabled")));
        response.set("metadata", sent(Param.METADATA, Json.object()));
        response.put("store", false).putNull("previous_response_id");
        ECHOED.entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(echoed -> {
            if (request.params().containsKey(echoed.getKey())) {
                response.set(echoed.getValue(), sent(echoed.getKey(), null));
            }
        });
    }

    private JsonNode sent(String name, JsonNode otherwise) {
        Param param = request.params().get(name);
        return param == null ? otherwise : param.value();
    }

    private static ArrayNode output(ChatAnswer answer, Items items) {
        ArrayNode output = Json.array();
        ArrayNode open = null;
        List<JsonNode> logprobs = answer.logprobs();
        for (Part part : answer.parts()) {
            JsonNode content = content(part, logprobs);
            if (content != null) {
                if (open == null) {
                    open = Json.array();
                    output.add(Items.message(items.id("msg", output.size()), Items.COMPLETED, open));
                }
                open.add(content);
                logprobs = part instanceof Part.Text ? List.of() : logprobs;
                continue;
            }
            JsonNode item = item(part, items, output.size());
            if (item != null) {
                open = null;
                output.add(item);
            }
        }
        boolean cut = status(answer.finish()).equals(Items.INCOMPLETE);
        boolean ours = !answer.parts().isEmpty() && !(answer.parts().getLast() instanceof Part.Native);
        if (cut && ours && !output.isEmpty() && output.get(output.size() - 1).has("status")) {
            ((ObjectNode) output.get(output.size() - 1)).put("status", Items.INCOMPLETE);
        }
        return output;
    }

    private static JsonNode content(Part part, List<JsonNode> logprobs) {
        return switch (part) {
            case Part.Text text ->
                text.text().isEmpty() && text.citations().isEmpty()
                        ? null
                        : Items.text(text.text(), Items.annotations(text.citations()), Items.logprobs(logprobs));
            case Part.Refused refused -> refused.text().isEmpty() ? null : Items.refusal(refused.text());
            case Part.Image ignored -> null;
            case Part.Audio ignored -> null;
            case Part.Document ignored -> null;
            case Part.ToolCall ignored -> null;
            case Part.ToolResult ignored -> null;
            case Part.Thought ignored -> null;
            case Part.Native ignored -> null;
        };
    }

    /** Null for what no answer says in this format. */
    private static JsonNode item(Part part, Items items, int index) {
        return switch (part) {
            case Part.ToolCall call ->
                Items.call(items.id("fc", index), call.id(), call.name(), call.arguments(), Items.COMPLETED);
            case Part.Thought thought ->
                thought.text().isEmpty() && thought.seal() == null
                        ? null
                        : Items.reasoning(items.id("rs", index), thought.text(), thought.seal());
            case Part.Native block -> block.dialect().equals(OpenAiResponses.NAME) ? block.block() : null;
            case Part.Text ignored -> null;
            case Part.Refused ignored -> null;
            case Part.Image ignored -> null;
            case Part.Audio ignored -> null;
            case Part.Document ignored -> null;
            case Part.ToolResult ignored -> null;
        };
    }

    static ObjectNode withUsage(ObjectNode response, Usage usage) {
        if (usage.known()) {
            response.set("usage", UsageWords.write(usage));
        }
        return response;
    }
}
