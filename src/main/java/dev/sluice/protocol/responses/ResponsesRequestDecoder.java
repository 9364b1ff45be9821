package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestValue;
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
    private final RequestValue body;
    private final Map<String, ChatParameter> params = new LinkedHashMap<>();

    private ResponsesRequestDecoder(ClientRequest request, RequestValue body) {
        this.request = request;
        this.body = body;
    }

    static ChatRequest decode(ClientRequest request) {
        try {
            return new ResponsesRequestDecoder(request, RequestValue.ofBody(Json.readRequest(request.body()))).decode();
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
    }

    private ChatRequest decode() {
        refuseState();
        for (RequestValue member : body.members()) {
            if (!DECODED_BELOW.contains(member.name())) {
                param(member.name(), member.node());
            }
        }
        include(body.find("include"));
        ResponseFormat format = text(body.find("text"));
        ResponsesTools tools = new ResponsesTools();
        tools.declare(body.find("tools"), true);
        String instructions = body.findText("instructions");
        List<ChatMessage> messages = ResponsesMessageDecoder.decode(instructions, body.get("input"), tools);
        boolean compacts = Compaction.isWanted(messages);
        ToolChoice choice = compacts ? ToolChoice.NONE : tools.choice(body.find("tool_choice"));
        return new ChatRequest(
                request.model(),
                messages,
                tools.tools(),
                compacts && tools.tools().isEmpty() ? null : choice,
                compacts ? null : format,
                reasoning(body.find("reasoning")),
                params,
                request.stream(),
                true,
                false,
                instructions);
    }

    private void refuseState() {
        RequestValue previous = body.find("previous_response_id");
        if (previous != null) {
            throw new GatewayException(UnknownReference.response(previous.text()));
        }
        for (String name : new String[] {"conversation", "prompt"}) {
            RequestValue reference = body.find(name);
            if (reference != null && (reference.node().isObject() || !name.equals("prompt"))) {
                throw reference.unsupported(
                        "needs a provider that stores it, but this provider stores nothing: send the whole input");
            }
        }
        RequestValue background = body.find("background");
        if (background != null && !BooleanNode.FALSE.equals(background.node())) {
            throw background.unsupported("needs a provider that stores responses, but this provider stores none");
        }
    }

    private void param(String name, JsonNode value) {
        switch (name) {
            case "background", RememberedReasoning.MARK -> {}
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

    private void include(RequestValue include) {
        if (include == null) {
            return;
        }
        for (RequestValue wanted : include.elements("an array of strings")) {
            String what = wanted.text();
            if (what.equals(LOGPROBS_WANTED)) {
                params.putIfAbsent(ChatParameter.LOGPROBS, new ChatParameter("include." + what, BooleanNode.TRUE));
            } else if (!what.equals(ENCRYPTED_WANTED)) {
                // Encrypted reasoning is always included, since no response is stored.
                params.put("include." + what, new ChatParameter("include." + what, BooleanNode.TRUE));
            }
        }
    }

    private ResponseFormat text(RequestValue text) {
        if (text == null) {
            return null;
        }
        keepUnknown(text, Set.of("format", "verbosity"));
        RequestValue verbosity = text.find("verbosity");
        if (verbosity != null) {
            params.put(ChatParameter.VERBOSITY, new ChatParameter("text.verbosity", verbosity.node()));
        }
        return ResponsesToolMappings.format(text.find("format"));
    }

    private ReasoningOptions reasoning(RequestValue reasoning) {
        if (reasoning == null) {
            return null;
        }
        keepUnknown(reasoning, Set.of("effort", "summary", "generate_summary"));
        String effort = reasoning.findText("effort");
        String summary = reasoning.findText("summary");
        if (summary == null) {
            summary = reasoning.findText("generate_summary");
        }
        return effort == null && summary == null ? null : new ReasoningOptions(effort, -1, summary, "reasoning.effort");
    }

    /** Unknown members are kept by path, so that they are reported as dropped. */
    private void keepUnknown(RequestValue object, Set<String> known) {
        for (RequestValue member : object.members()) {
            if (!known.contains(member.name())) {
                String path = member.path();
                params.put(path, new ChatParameter(path, member.node()));
            }
        }
    }
}
