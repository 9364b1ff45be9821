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
import dev.sluice.protocol.spi.ReasoningSeal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decodes a client's request into a {@link ChatRequest}. */
final class AnthropicRequestDecoder {

    private final ClientRequest request;
    private final Map<String, ChatParameter> params = new LinkedHashMap<>();
    private JsonNode thinking;
    private JsonNode output;
    private ToolChoice toolChoice;

    AnthropicRequestDecoder(ClientRequest request) {
        this.request = request;
    }

    ChatRequest decode() {
        JsonNode body;
        try {
            body = Json.readRequest(request.body());
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
        AnthropicFields.asObject(body, "body");
        if (request.surface() == Surface.MESSAGES) {
            AnthropicFields.required(body, "max_tokens", "");
        }
        body.properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                member(member.getKey(), member.getValue());
            }
        });
        return new ChatRequest(
                request.model(),
                messages(body),
                tools(Json.present(body, "tools")),
                toolChoice,
                format(),
                reasoning(),
                params,
                request.stream(),
                request.wantsUsage());
    }

    private void member(String name, JsonNode value) {
        switch (name) {
            case "model", "stream", "messages", "system", "tools" -> {}
            case "thinking" -> thinking = AnthropicFields.asObject(value, name);
            case "output_config" -> output(AnthropicFields.asObject(value, name));
            case "tool_choice" -> toolChoice(AnthropicFields.asObject(value, name));
            case "metadata" -> metadata(AnthropicFields.asObject(value, name));
            // Only the provider has the earlier messages of a thread. Anthropic's SDKs read this refusal, and send the
            // whole conversation from then on.
            case "thread" -> throw AnthropicErrors.threadUnsupported();
            case "stop_sequences" -> param(ChatParameter.STOP, name, AnthropicFields.asArray(value, name));
            default -> param(name, name, value);
        }
    }

    private void param(String canonical, String name, JsonNode value) {
        params.put(canonical, new ChatParameter(name, value));
    }

    private void output(JsonNode config) {
        output = config;
        config.properties().forEach(member -> {
            String name = member.getKey();
            if (!name.equals("effort")
                    && !name.equals("format")
                    && !member.getValue().isNull()) {
                param("output_config." + name, "output_config." + name, member.getValue());
            }
        });
    }

    private void metadata(JsonNode metadata) {
        String user = AnthropicFields.optionalText(metadata, "user_id", "metadata");
        if (user != null) {
            param(ChatParameter.USER, "metadata.user_id", metadata.get("user_id"));
        }
        ObjectNode rest = metadata.deepCopy();
        rest.remove("user_id");
        if (!rest.isEmpty()) {
            param(ChatParameter.METADATA, "metadata", rest);
        }
    }

    private void toolChoice(JsonNode choice) {
        String type = AnthropicFields.requiredText(choice, "type", "tool_choice");
        toolChoice = switch (type) {
            case "auto" -> ToolChoice.AUTO;
            case "any" -> ToolChoice.REQUIRED;
            case "tool" -> ToolChoice.named(AnthropicFields.requiredText(choice, "name", "tool_choice"));
            case "none" -> ToolChoice.NONE;
            default -> throw AnthropicFields.invalidValue("tool_choice.type", "one of auto, any, tool, none");
        };
        if (AnthropicFields.flag(choice, "disable_parallel_tool_use", "tool_choice")) {
            param(ChatParameter.PARALLEL_TOOL_CALLS, "tool_choice.disable_parallel_tool_use", BooleanNode.FALSE);
        }
    }

    private static List<ChatMessage> messages(JsonNode body) {
        List<ChatMessage> decoded = new ArrayList<>();
        JsonNode system = Json.present(body, "system");
        if (system != null) {
            decoded.add(
                    new ChatMessage(ChatMessage.Role.SYSTEM, AnthropicContentDecoder.content(system, "system"), null));
        }
        JsonNode messages = AnthropicFields.asArray(AnthropicFields.required(body, "messages", ""), "messages");
        for (int i = 0; i < messages.size(); i++) {
            String path = "messages." + i;
            JsonNode message = AnthropicFields.asObject(messages.get(i), path);
            String role = AnthropicFields.requiredText(message, "role", path);
            List<ContentPart> parts = AnthropicContentDecoder.content(
                    AnthropicFields.required(message, "content", path), path + ".content");
            switch (role) {
                case "user" -> user(parts, decoded);
                case "assistant" ->
                    decoded.add(new ChatMessage(ChatMessage.Role.ASSISTANT, ReasoningSeal.signCalls(parts), null));
                case "system" -> decoded.add(new ChatMessage(ChatMessage.Role.SYSTEM, parts, null));
                default -> throw AnthropicFields.invalidValue(path + ".role", "one of user, assistant, system");
            }
        }
        return decoded;
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

    private static List<Tool> tools(JsonNode list) {
        List<Tool> tools = new ArrayList<>();
        if (list == null) {
            return tools;
        }
        AnthropicFields.asArray(list, "tools");
        for (int i = 0; i < list.size(); i++) {
            String path = "tools." + i;
            JsonNode tool = AnthropicFields.asObject(list.get(i), path);
            String type = AnthropicFields.optionalText(tool, "type", path);
            if (type == null || type.equals("custom")) {
                tools.add(new Tool.Function(
                        AnthropicFields.requiredText(tool, "name", path),
                        AnthropicFields.optionalText(tool, "description", path),
                        AnthropicFields.requiredObject(tool, "input_schema", path),
                        Json.present(tool, "strict") == null ? null : AnthropicFields.flag(tool, "strict", path),
                        AnthropicContentDecoder.cache(tool)));
            } else {
                tools.add(new Tool.Native(AnthropicProtocol.NAME, type, tool));
            }
        }
        return tools;
    }

    private ResponseFormat format() {
        JsonNode format = output == null ? null : AnthropicFields.optionalObject(output, "format", "output_config");
        if (format == null) {
            return null;
        }
        String path = "output_config.format";
        if (!AnthropicFields.requiredText(format, "type", path).equals("json_schema")) {
            throw AnthropicFields.invalidValue(path + ".type", "json_schema");
        }
        // Anthropic's schema has no name, but other formats require one.
        return new ResponseFormat(
                ResponseFormat.Kind.JSON_SCHEMA,
                "output",
                null,
                AnthropicFields.requiredObject(format, "schema", path),
                null);
    }

    private ReasoningOptions reasoning() {
        String effort = output == null ? null : AnthropicFields.optionalText(output, "effort", "output_config");
        if (thinking == null) {
            return effort == null ? null : new ReasoningOptions(effort, -1, null, "output_config.effort");
        }
        String type = AnthropicFields.requiredText(thinking, "type", "thinking");
        String display = AnthropicFields.optionalText(thinking, "display", "thinking");
        return switch (type) {
            case "enabled" -> {
                JsonNode budget = AnthropicFields.required(thinking, "budget_tokens", "thinking");
                if (!budget.canConvertToLong() || budget.longValue() <= 0) {
                    throw AnthropicFields.invalidValue("thinking.budget_tokens", "a whole number, at least 1024");
                }
                // Models that take a budget show their thinking unless display is "omitted".
                yield new ReasoningOptions(
                        effort, budget.longValue(), "omitted".equals(display) ? null : "auto", "thinking");
            }
            case "adaptive" ->
                new ReasoningOptions(effort, -1, "summarized".equals(display) ? "auto" : null, "thinking");
            case "disabled", "between_tools" -> new ReasoningOptions("none", -1, null, "thinking");
            default ->
                throw AnthropicFields.invalidValue(
                        "thinking.type", "one of enabled, adaptive, disabled, between_tools");
        };
    }
}
