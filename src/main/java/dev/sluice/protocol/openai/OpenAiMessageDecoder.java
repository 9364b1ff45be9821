package dev.sluice.protocol.openai;

import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the messages of a conversation. */
final class OpenAiMessageDecoder {

    /** The ids of legacy function calls, which have none: each result belongs to the last call with its name. */
    private final Map<String, String> lastCalls = new HashMap<>();

    private int legacyCalls;

    List<ChatMessage> read(RequestValue messages) {
        List<ChatMessage> decoded = new ArrayList<>();
        for (RequestValue message : messages.elements()) {
            decoded.add(message(message));
        }
        return List.copyOf(decoded);
    }

    private ChatMessage message(RequestValue message) {
        RequestValue role = message.get("role");
        return switch (role.text()) {
            case "system" -> plainMessage(Role.SYSTEM, message);
            case "developer" -> plainMessage(Role.DEVELOPER, message);
            case "user" -> plainMessage(Role.USER, message);
            case "assistant" -> new ChatMessage(Role.ASSISTANT, assistant(message), message.findText("name"));
            case "tool" -> result(message, message.get("tool_call_id").text());
            case "function" -> {
                String name = message.get("name").text();
                yield result(message, lastCalls.getOrDefault(name, "call_" + name));
            }
            default -> throw role.invalid("one of system, developer, user, assistant, tool, function");
        };
    }

    private static ChatMessage plainMessage(Role role, RequestValue message) {
        return new ChatMessage(role, OpenAiContentDecoder.read(message.get("content"), role), message.findText("name"));
    }

    private static ChatMessage result(RequestValue message, String callId) {
        RequestValue content = message.find("content");
        List<ContentPart> parts = content == null ? List.of() : OpenAiContentDecoder.read(content, Role.TOOL);
        RequestValue cache = message.find("cache_control");
        return ChatMessage.of(
                Role.TOOL, new ContentPart.ToolResult(callId, parts, false, cache == null ? null : cache.node()));
    }

    private List<ContentPart> assistant(RequestValue message) {
        List<ContentPart> parts = new ArrayList<>(ReasoningDetails.read(message));
        RequestValue content = message.find("content");
        if (content != null) {
            parts.addAll(OpenAiContentDecoder.read(content, Role.ASSISTANT));
        }
        String refusal = message.findText("refusal");
        if (refusal != null && !refusal.isEmpty()) {
            parts.add(new ContentPart.Refusal(refusal));
        }
        RequestValue audio = message.find("audio");
        if (audio != null) {
            parts.add(new ContentPart.Native(
                    ChatCompletionsProtocol.NAME, Json.object().set("audio", audio.object())));
        }
        RequestValue calls = message.find("tool_calls");
        if (calls != null) {
            for (RequestValue call : calls.elements()) {
                parts.add(call(call));
            }
        }
        RequestValue call = message.find("function_call");
        if (call != null) {
            String name = call.get("name").text();
            String id = "call_" + name + "_" + legacyCalls++;
            lastCalls.put(name, id);
            parts.add(ContentPart.ToolCall.of(id, name, arguments(call)));
        }
        return List.copyOf(parts);
    }

    private static ContentPart call(RequestValue call) {
        RequestValue type = call.find("type");
        if (type != null && !type.text().equals("function")) {
            return new ContentPart.Native(ChatCompletionsProtocol.NAME, call.node());
        }
        RequestValue function = call.get("function");
        RequestValue cache = call.find("cache_control");
        return new ContentPart.ToolCall(
                call.get("id").text(),
                function.get("name").text(),
                arguments(function),
                OpenAiToolCalls.signature(call.node()),
                cache == null ? null : cache.node());
    }

    private static String arguments(RequestValue function) {
        String arguments = function.findText("arguments");
        return arguments == null || arguments.isBlank() ? "{}" : arguments;
    }
}
