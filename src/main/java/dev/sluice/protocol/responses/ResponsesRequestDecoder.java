package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decodes a client's request for a provider of another format. A request that needs a stored response is rejected. */
final class ResponsesRequestDecoder {

    /** Members with a decoder of their own below. */
    private static final Set<String> DECODED_BELOW = Set.of(
            "model",
            "input",
            "instructions",
            "tools",
            "tool_choice",
            "text",
            "reasoning",
            "include",
            "stream",
            "stream_options");

    private static final String LOGPROBS_WANTED = "message.output_text.logprobs";
    private static final String ENCRYPTED_WANTED = "reasoning.encrypted_content";

    private final ClientRequest request;
    private final JsonNode body;
    private final Map<String, ChatParameter> params = new LinkedHashMap<>();

    private ResponsesRequestDecoder(ClientRequest request, JsonNode body) {
        this.request = request;
        this.body = body;
    }

    static ChatRequest decode(ClientRequest request) {
        try {
            return new ResponsesRequestDecoder(request, Json.readRequest(request.body())).decode();
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
    }

    private ChatRequest decode() {
        refuseState();
        for (Iterator<Map.Entry<String, JsonNode>> members = body.fields(); members.hasNext(); ) {
            Map.Entry<String, JsonNode> member = members.next();
            if (!DECODED_BELOW.contains(member.getKey()) && !member.getValue().isNull()) {
                param(member.getKey(), member.getValue());
            }
        }
        include(Json.present(body, "include"));
        ResponseFormat format = text(Json.present(body, "text"));
        JsonNode instructions = Json.present(body, "instructions");
        if (instructions != null && !instructions.isTextual()) {
            throw ResponsesErrors.wrongType("instructions", "a string");
        }
        ResponsesTools tools = new ResponsesTools();
        tools.declare(Json.present(body, "tools"), "tools", true);
        List<ChatMessage> messages = ResponsesMessageDecoder.decode(
                instructions == null ? null : instructions.textValue(), body.get("input"), tools);
        ToolChoice choice = tools.choice(Json.present(body, "tool_choice"));
        return new ChatRequest(
                request.model(),
                messages,
                tools.tools(),
                choice,
                format,
                reasoning(Json.present(body, "reasoning")),
                params,
                request.stream(),
                true);
    }

    private void refuseState() {
        for (String name : new String[] {"previous_response_id", "conversation", "prompt"}) {
            JsonNode reference = Json.present(body, name);
            if (reference != null && (reference.isObject() || !name.equals("prompt"))) {
                throw ResponsesErrors.unsupported(
                        name,
                        "needs a response stored by the provider, but this provider stores none: send the whole input");
            }
        }
        JsonNode background = Json.present(body, "background");
        if (background != null && !BooleanNode.FALSE.equals(background)) {
            throw ResponsesErrors.unsupported(
                    "background", "needs a provider that stores responses, but this provider stores none");
        }
    }

    private void param(String name, JsonNode value) {
        switch (name) {
            case "background" -> {}
            case "max_output_tokens" -> params.put(ChatParameter.MAX_TOKENS, new ChatParameter(name, value));
            case "top_logprobs" -> {
                if (value.isNumber() && value.intValue() > 0) {
                    params.put(ChatParameter.LOGPROBS, new ChatParameter(name, BooleanNode.TRUE));
                    params.put(ChatParameter.TOP_LOGPROBS, new ChatParameter(name, value));
                }
            }
            // A chat provider stores no response that the client could refer to.
            case "store" -> {
                if (!BooleanNode.FALSE.equals(value)) {
                    params.put("responses.store", new ChatParameter(name, value));
                }
            }
            case "truncation" -> {
                if (!value.isTextual() || !value.textValue().equals("disabled")) {
                    params.put(name, new ChatParameter(name, value));
                }
            }
            default -> params.put(name, new ChatParameter(name, value));
        }
    }

    private void include(JsonNode include) {
        if (include == null) {
            return;
        }
        if (!include.isArray()) {
            throw ResponsesErrors.wrongType("include", "an array of strings");
        }
        for (JsonNode wanted : include) {
            if (!wanted.isTextual()) {
                throw ResponsesErrors.wrongType("include", "an array of strings");
            }
            String what = wanted.textValue();
            if (what.equals(LOGPROBS_WANTED)) {
                params.putIfAbsent(ChatParameter.LOGPROBS, new ChatParameter("include." + what, BooleanNode.TRUE));
            } else if (!what.equals(ENCRYPTED_WANTED)) {
                // Encrypted reasoning is always included, since no response is stored.
                params.put("include." + what, new ChatParameter("include." + what, BooleanNode.TRUE));
            }
        }
    }

    private ResponseFormat text(JsonNode text) {
        if (text == null) {
            return null;
        }
        keepUnknown(ResponsesErrors.object(text, "text"), "text", Set.of("format", "verbosity"));
        JsonNode verbosity = Json.present(text, "verbosity");
        if (verbosity != null) {
            params.put(ChatParameter.VERBOSITY, new ChatParameter("text.verbosity", verbosity));
        }
        return ResponsesToolMappings.format(Json.present(text, "format"));
    }

    private ReasoningOptions reasoning(JsonNode reasoning) {
        if (reasoning == null) {
            return null;
        }
        keepUnknown(
                ResponsesErrors.object(reasoning, "reasoning"),
                "reasoning",
                Set.of("effort", "summary", "generate_summary"));
        String effort = ResponsesErrors.optionalText(reasoning, "effort", "reasoning");
        String summary = ResponsesErrors.optionalText(reasoning, "summary", "reasoning");
        if (summary == null) {
            summary = ResponsesErrors.optionalText(reasoning, "generate_summary", "reasoning");
        }
        return effort == null && summary == null ? null : new ReasoningOptions(effort, -1, summary, "reasoning.effort");
    }

    /** Unknown members are kept by path, so that they are reported as dropped. */
    private void keepUnknown(JsonNode object, String path, Set<String> known) {
        for (Iterator<Map.Entry<String, JsonNode>> members = object.fields(); members.hasNext(); ) {
            Map.Entry<String, JsonNode> member = members.next();
            if (!known.contains(member.getKey()) && !member.getValue().isNull()) {
                String name = path + "." + member.getKey();
                params.put(name, new ChatParameter(name, member.getValue()));
            }
        }
    }
}
