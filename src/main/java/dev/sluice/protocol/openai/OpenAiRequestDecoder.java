package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes a Chat Completions request. Members that are not part of the conversation become parameters, known or not.
 */
final class OpenAiRequestDecoder {

    private static final Set<String> FORMATS = Set.of("text", "json_object", "json_schema");

    private final ClientRequest request;
    private final Map<String, ChatParameter> params = new LinkedHashMap<>();
    private List<ChatMessage> messages = List.of();
    private List<Tool> tools = new ArrayList<>();
    private RequestValue toolChoice;
    private RequestValue functionCall;
    private boolean legacyFunctions;
    private ResponseFormat format;
    private ReasoningOptions reasoning;

    private OpenAiRequestDecoder(ClientRequest request) {
        this.request = request;
    }

    static ChatRequest decode(ClientRequest request) {
        return new OpenAiRequestDecoder(request).decode(tree(request));
    }

    /** The body as a tree. The edge has read only its top level. */
    static RequestValue tree(ClientRequest request) {
        try {
            return RequestValue.ofBody(Json.readRequest(request.body()));
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
    }

    private ChatRequest decode(RequestValue body) {
        for (RequestValue member : body.members()) {
            readMember(member);
        }
        ToolChoice choice = null;
        if (toolChoice != null) {
            choice = OpenAiToolMappings.choice(toolChoice);
            tools = OpenAiToolMappings.allowed(toolChoice, tools);
        } else if (functionCall != null) {
            choice = OpenAiToolMappings.functionCall(functionCall);
        }
        return new ChatRequest(
                request.model(),
                messages,
                List.copyOf(tools),
                choice,
                format,
                reasoning,
                params,
                request.stream(),
                request.wantsUsage(),
                legacyFunctions,
                null);
    }

    private void readMember(RequestValue member) {
        switch (member.name()) {
            case "model", "stream", "stream_options" -> {}
            case "messages" -> messages = new OpenAiMessageDecoder().read(member);
            case "tools" -> tools.addAll(OpenAiToolMappings.read(member));
            case "functions" -> {
                legacyFunctions = true;
                tools.addAll(OpenAiToolMappings.functions(member));
            }
            case "tool_choice" -> toolChoice = member;
            case "function_call" -> functionCall = member;
            case "response_format" -> format = format(member);
            case "reasoning_effort" -> {
                if (reasoning == null) {
                    reasoning = new ReasoningOptions(member.text(), -1, null, "reasoning_effort");
                }
            }
            case "reasoning" -> reasoning = reasoning(member);
            case "max_completion_tokens" ->
                params.put(ChatParameter.MAX_TOKENS, new ChatParameter(member.name(), member.node()));
            case "max_tokens" ->
                params.putIfAbsent(ChatParameter.MAX_TOKENS, new ChatParameter(member.name(), member.node()));
            default -> params.put(member.name(), new ChatParameter(member.name(), member.node()));
        }
    }

    private static ResponseFormat format(RequestValue member) {
        RequestValue type = member.get("type");
        if (!FORMATS.contains(type.text())) {
            throw type.invalid("one of text, json_object, json_schema");
        }
        if (type.text().equals("text")) {
            return ResponseFormat.TEXT;
        }
        if (type.text().equals("json_object")) {
            return ResponseFormat.JSON_OBJECT;
        }
        RequestValue schema = member.get("json_schema");
        RequestValue tree = schema.find("schema");
        return new ResponseFormat(
                ResponseFormat.Kind.JSON_SCHEMA,
                schema.get("name").text(),
                schema.findText("description"),
                tree == null ? null : tree.object(),
                schema.findFlag("strict"));
    }

    /** OpenRouter's {@code reasoning} object. It makes the reasoning visible unless {@code exclude} is set. */
    private static ReasoningOptions reasoning(RequestValue member) {
        RequestValue budget = member.find("max_tokens");
        if (budget != null && !wholeNumber(budget.node())) {
            throw budget.wrongType("a whole number, at least 0");
        }
        String effort = member.findText("effort");
        Boolean enabled = member.findFlag("enabled");
        if (effort == null && budget == null && enabled != null) {
            effort = enabled ? "medium" : "none";
        }
        String summary = member.findText("summary");
        if (summary == null && !Boolean.TRUE.equals(member.findFlag("exclude"))) {
            summary = "auto";
        }
        return new ReasoningOptions(effort, budget == null ? -1 : budget.node().longValue(), summary, "reasoning");
    }

    private static boolean wholeNumber(JsonNode node) {
        return node.isNumber() && node.canConvertToLong() && node.decimalValue().compareTo(BigDecimal.ZERO) >= 0;
    }
}
