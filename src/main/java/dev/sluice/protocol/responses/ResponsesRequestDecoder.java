package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A client's request for a provider of another format. What would need a kept response is refused. */
final class ResponsesRequestDecoder {

    /** Read by hand below. */
    private static final Set<String> READ = Set.of(
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
            return new ResponsesRequestDecoder(request, Json.read(request.body())).decode();
        } catch (MalformedJson malformed) {
            throw new GatewayException(
                    GatewayError.invalid("The body " + malformed.getMessage() + ".", null, "invalid_json"));
        }
    }

    private ChatRequest decode() {
        refuseState();
        for (Iterator<Map.Entry<String, JsonNode>> members = body.fields(); members.hasNext(); ) {
            Map.Entry<String, JsonNode> member = members.next();
            if (!READ.contains(member.getKey()) && !member.getValue().isNull()) {
                param(member.getKey(), member.getValue());
            }
        }
        include(Json.present(body, "include"));
        ResponseFormat format = text(Json.present(body, "text"));
        JsonNode instructions = Json.present(body, "instructions");
        if (instructions != null && !instructions.isTextual()) {
            throw ResponsesErrors.type("instructions", "a string");
        }
        return new ChatRequest(
                request.model(),
                ResponsesMessageDecoder.turns(
                        instructions == null ? null : instructions.textValue(), body.get("input")),
                ResponsesToolMappings.tools(Json.present(body, "tools")),
                ResponsesToolMappings.choice(Json.present(body, "tool_choice")),
                format,
                reasoning(Json.present(body, "reasoning")),
                params,
                request.stream(),
                true);
    }

    private void refuseState() {
        for (String name : new String[] {"previous_response_id", "conversation", "prompt"}) {
            JsonNode kept = Json.present(body, name);
            if (kept != null && (kept.isObject() || !name.equals("prompt"))) {
                throw ResponsesErrors.unsupported(
                        name, "needs what a provider has stored, and this one stores nothing: send the whole input");
            }
        }
        JsonNode background = Json.present(body, "background");
        if (background != null && !BooleanNode.FALSE.equals(background)) {
            throw ResponsesErrors.unsupported(
                    "background", "needs a provider that keeps responses, and this one keeps none");
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
            // Kept or not, nothing of it is Sluice's: what a chat provider stores is no response to come back to.
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
            throw ResponsesErrors.type("include", "an array of strings");
        }
        for (JsonNode wanted : include) {
            if (!wanted.isTextual()) {
                throw ResponsesErrors.type("include", "an array of strings");
            }
            String what = wanted.textValue();
            if (what.equals(LOGPROBS_WANTED)) {
                params.putIfAbsent(ChatParameter.LOGPROBS, new ChatParameter("include." + what, BooleanNode.TRUE));
            } else if (!what.equals(ENCRYPTED_WANTED)) {
                // Reasoning comes sealed anyway, since nobody keeps it.
                params.put("include." + what, new ChatParameter("include." + what, BooleanNode.TRUE));
            }
        }
    }

    private ResponseFormat text(JsonNode text) {
        if (text == null) {
            return null;
        }
        rest(ResponsesErrors.object(text, "text"), "text", Set.of("format", "verbosity"));
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
        rest(
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

    /** Members that nothing here understands leave their receipts by their paths. */
    private void rest(JsonNode object, String path, Set<String> known) {
        for (Iterator<Map.Entry<String, JsonNode>> members = object.fields(); members.hasNext(); ) {
            Map.Entry<String, JsonNode> member = members.next();
            if (!known.contains(member.getKey()) && !member.getValue().isNull()) {
                String name = path + "." + member.getKey();
                params.put(name, new ChatParameter(name, member.getValue()));
            }
        }
    }
}
