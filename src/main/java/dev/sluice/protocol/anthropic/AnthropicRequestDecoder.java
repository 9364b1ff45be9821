package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestValue;
import dev.sluice.protocol.spi.ConversationSummary;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decodes a client's request into a {@link ChatRequest}. */
final class AnthropicRequestDecoder {

    private final ClientRequest request;
    private final Map<String, ChatParameter> params = new LinkedHashMap<>();
    private RequestValue thinking;
    private RequestValue output;
    private ToolChoice toolChoice;

    AnthropicRequestDecoder(ClientRequest request) {
        this.request = request;
    }

    ChatRequest decode() {
        RequestValue body;
        try {
            body = RequestValue.ofBodyWithDottedPaths(Json.readRequest(request.body()));
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
        if (request.surface() == Surface.MESSAGES) {
            body.get("max_tokens");
        }
        body.members().forEach(this::member);
        return new ChatRequest(
                request.model(),
                messages(body),
                tools(body.find("tools")),
                toolChoice,
                format(),
                reasoning(),
                params,
                request.stream(),
                request.wantsUsage());
    }

    private void member(RequestValue member) {
        switch (member.name()) {
            case "model", "stream", "messages", "system", "tools" -> {}
            case "thinking" -> thinking = member;
            case "output_config" -> output(member);
            case "tool_choice" -> toolChoice(member);
            case "metadata" -> metadata(member);
            // Only the provider has the earlier messages of a thread. Anthropic's SDKs read this refusal, and send the
            // whole conversation from then on.
            case "thread" -> throw AnthropicErrors.threadUnsupported();
            case "stop_sequences" -> {
                member.elements();
                param(ChatParameter.STOP, member.name(), member.node());
            }
            default -> param(member.name(), member.name(), member.node());
        }
    }

    private void param(String canonical, String name, JsonNode value) {
        params.put(canonical, new ChatParameter(name, value));
    }

    private void output(RequestValue config) {
        output = config;
        for (RequestValue member : config.members()) {
            if (!member.name().equals("effort") && !member.name().equals("format")) {
                param(member.path(), member.path(), member.node());
            }
        }
    }

    private void metadata(RequestValue metadata) {
        String user = metadata.findText("user_id");
        if (user != null) {
            param(
                    ChatParameter.USER,
                    "metadata.user_id",
                    metadata.get("user_id").node());
        }
        ObjectNode rest = metadata.object().deepCopy();
        rest.remove("user_id");
        if (!rest.isEmpty()) {
            param(ChatParameter.METADATA, "metadata", rest);
        }
    }

    private void toolChoice(RequestValue choice) {
        RequestValue type = choice.get("type");
        toolChoice = switch (type.text()) {
            case "auto" -> ToolChoice.AUTO;
            case "any" -> ToolChoice.REQUIRED;
            case "tool" -> ToolChoice.named(choice.getText("name"));
            case "none" -> ToolChoice.NONE;
            default -> throw type.invalid("one of auto, any, tool, none");
        };
        if (Boolean.TRUE.equals(choice.findFlag("disable_parallel_tool_use"))) {
            param(ChatParameter.PARALLEL_TOOL_CALLS, "tool_choice.disable_parallel_tool_use", BooleanNode.FALSE);
        }
    }

    private static List<ChatMessage> messages(RequestValue body) {
        List<ChatMessage> decoded = new ArrayList<>();
        RequestValue system = body.find("system");
        if (system != null) {
            decoded.add(new ChatMessage(ChatMessage.Role.SYSTEM, AnthropicContentDecoder.content(system), null));
        }
        for (RequestValue message : afterCompaction(body.get("messages").elements(), decoded)) {
            RequestValue role = message.get("role");
            List<ContentPart> parts = AnthropicContentDecoder.content(message.get("content"));
            switch (role.text()) {
                case "user" -> user(parts, decoded);
                case "assistant" -> {
                    if (!parts.isEmpty() || AnthropicContentDecoder.summary(message) == null) {
                        decoded.add(new ChatMessage(ChatMessage.Role.ASSISTANT, ReasoningSeal.signCalls(parts), null));
                    }
                }
                case "system" -> decoded.add(new ChatMessage(ChatMessage.Role.SYSTEM, parts, null));
                default -> throw role.invalid("one of user, assistant, system");
            }
        }
        return decoded;
    }

    /** Without the messages that Anthropic ignores, because a compaction stands for them: it becomes a message. */
    private static List<RequestValue> afterCompaction(List<RequestValue> messages, List<ChatMessage> decoded) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            String summary = AnthropicContentDecoder.summary(messages.get(i));
            if (summary != null) {
                decoded.add(
                        ChatMessage.of(ChatMessage.Role.USER, ContentPart.Text.of(ConversationSummary.text(summary))));
                return messages.subList(i, messages.size());
            }
        }
        return messages;
    }

    /** Tool results become a message of their own, before the rest of the user's content. */
    private static void user(List<ContentPart> parts, List<ChatMessage> decoded) {
        List<ContentPart> results = new ArrayList<>();
        List<ContentPart> rest = new ArrayList<>();
        parts.forEach(part -> (part instanceof ContentPart.ToolResult ? results : rest).add(part));
        if (!results.isEmpty()) {
            decoded.add(new ChatMessage(ChatMessage.Role.TOOL, results, null));
        }
        if (!rest.isEmpty() || results.isEmpty()) {
            decoded.add(new ChatMessage(ChatMessage.Role.USER, rest, null));
        }
    }

    private static List<Tool> tools(RequestValue list) {
        List<Tool> tools = new ArrayList<>();
        if (list == null) {
            return tools;
        }
        for (RequestValue tool : list.elements()) {
            String type = tool.findText("type");
            if (type == null || type.equals("custom")) {
                tools.add(new Tool.Function(
                        tool.getText("name"),
                        tool.findText("description"),
                        tool.get("input_schema").object(),
                        tool.findFlag("strict"),
                        AnthropicContentDecoder.cache(tool)));
            } else {
                Tool.Function function = ClientTools.function(type, tool);
                tools.add(function != null ? function : new Tool.Native(AnthropicProtocol.NAME, type, tool.node()));
            }
        }
        return tools;
    }

    private ResponseFormat format() {
        RequestValue format = output == null ? null : output.find("format");
        if (format == null) {
            return null;
        }
        RequestValue type = format.get("type");
        if (!type.text().equals("json_schema")) {
            throw type.invalid("json_schema");
        }
        // Anthropic's schema has no name, but other formats require one.
        return new ResponseFormat(
                ResponseFormat.Kind.JSON_SCHEMA,
                "output",
                null,
                format.get("schema").object(),
                null);
    }

    private ReasoningOptions reasoning() {
        String effort = output == null ? null : output.findText("effort");
        if (thinking == null) {
            return effort == null ? null : new ReasoningOptions(effort, -1, null, "output_config.effort");
        }
        RequestValue type = thinking.get("type");
        String display = thinking.findText("display");
        return switch (type.text()) {
            case "enabled" -> {
                RequestValue budget = thinking.get("budget_tokens");
                if (!budget.node().canConvertToLong() || budget.node().longValue() <= 0) {
                    throw budget.invalid("a whole number, at least 1024");
                }
                // Models that take a budget show their thinking unless display is "omitted".
                yield new ReasoningOptions(
                        effort, budget.node().longValue(), "omitted".equals(display) ? null : "auto", "thinking");
            }
            case "adaptive" ->
                new ReasoningOptions(effort, -1, "summarized".equals(display) ? "auto" : null, "thinking");
            case "disabled", "between_tools" -> new ReasoningOptions("none", -1, null, "thinking");
            default -> throw type.invalid("one of enabled, adaptive, disabled, between_tools");
        };
    }
}
