package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.request.RequestValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a legacy Completions request as a conversation of one message. */
final class CompletionsRequestDecoder {

    private CompletionsRequestDecoder() {}

    static ChatRequest decode(ClientRequest request) {
        RequestValue body = OpenAiRequestDecoder.tree(request);
        Map<String, ChatParameter> params = new LinkedHashMap<>();
        String prompt = "";
        for (RequestValue member : body.members()) {
            switch (member.path()) {
                case "model", "stream", "stream_options" -> {}
                case "prompt" -> prompt = prompt(member);
                case "suffix" -> {
                    if (!member.text().isEmpty()) {
                        throw unsupported(member, "no suffix: a conversation has none");
                    }
                }
                // The default values of both need no parameter.
                case "echo" -> {
                    if (member.flag()) {
                        addParameter(params, member.path(), member);
                    }
                }
                case "best_of" -> {
                    if (member.node().asInt() != 1) {
                        addParameter(params, member.path(), member);
                    }
                }
                case "logprobs" -> logprobs(member, params);
                default -> addParameter(params, member.path(), member);
            }
        }
        return new ChatRequest(
                request.model(),
                List.of(ChatMessage.of(ChatMessage.Role.USER, ContentPart.Text.of(prompt))),
                List.of(),
                null,
                null,
                null,
                params,
                request.stream(),
                request.wantsUsage());
    }

    private static String prompt(RequestValue prompt) {
        if (prompt.node().isTextual()) {
            return prompt.text();
        }
        List<RequestValue> prompts = prompt.elements();
        for (RequestValue each : prompts) {
            if (!each.node().isTextual()) {
                throw unsupported(prompt, "a string: this provider does not accept tokens");
            }
        }
        if (prompts.size() != 1) {
            throw unsupported(prompt, "one string: this provider accepts one prompt per request");
        }
        return prompts.getFirst().text();
    }

    /** One count here; in Chat Completions a flag and a count. */
    private static void logprobs(RequestValue member, Map<String, ChatParameter> params) {
        JsonNode count = member.node();
        if (!count.isIntegralNumber()) {
            throw member.wrongType("a whole number");
        }
        params.put(ChatParameter.LOGPROBS, new ChatParameter(member.path(), BooleanNode.TRUE));
        if (count.intValue() > 0) {
            params.put(ChatParameter.TOP_LOGPROBS, new ChatParameter(member.path(), count));
        }
    }

    private static void addParameter(Map<String, ChatParameter> params, String name, RequestValue member) {
        params.put(name, new ChatParameter(member.path(), member.node()));
    }

    private static GatewayException unsupported(RequestValue value, String expected) {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNSUPPORTED,
                        "this target serves completions through a chat format, which does not support '" + value.path()
                                + "' (expected: " + expected + ")")
                .withParam(value.path()));
    }
}
