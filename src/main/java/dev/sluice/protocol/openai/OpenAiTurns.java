package dev.sluice.protocol.openai;

import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.model.chat.Turn.Role;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the messages of a conversation. */
final class OpenAiTurns {

    /** The older function calls have no ids: each result belongs to the last call of its name. */
    private final Map<String, String> lastCalls = new HashMap<>();

    private int oldCalls;

    List<Turn> read(Place messages) {
        List<Turn> turns = new ArrayList<>();
        for (Place message : messages.elements()) {
            turns.add(turn(message));
        }
        return List.copyOf(turns);
    }

    private Turn turn(Place message) {
        Place role = message.get("role");
        return switch (role.text()) {
            case "system" -> spoken(Role.SYSTEM, message);
            case "developer" -> spoken(Role.DEVELOPER, message);
            case "user" -> spoken(Role.USER, message);
            case "assistant" -> new Turn(Role.ASSISTANT, assistant(message), message.findText("name"));
            case "tool" -> result(message, message.get("tool_call_id").text());
            case "function" -> {
                String name = message.get("name").text();
                yield result(message, lastCalls.getOrDefault(name, "call_" + name));
            }
            default -> throw role.invalid("one of system, developer, user, assistant, tool, function");
        };
    }

    private static Turn spoken(Role role, Place message) {
        return new Turn(role, OpenAiParts.read(message.get("content"), role), message.findText("name"));
    }

    private static Turn result(Place message, String callId) {
        Place content = message.find("content");
        List<Part> parts = content == null ? List.of() : OpenAiParts.read(content, Role.TOOL);
        Place cache = message.find("cache_control");
        return Turn.of(Role.TOOL, new Part.ToolResult(callId, parts, false, cache == null ? null : cache.node()));
    }

    private List<Part> assistant(Place message) {
        List<Part> parts = new ArrayList<>(ReasoningDetails.read(message));
        Place content = message.find("content");
        if (content != null) {
            parts.addAll(OpenAiParts.read(content, Role.ASSISTANT));
        }
        String refusal = message.findText("refusal");
        if (refusal != null && !refusal.isEmpty()) {
            parts.add(new Part.Refused(refusal));
        }
        Place audio = message.find("audio");
        if (audio != null) {
            parts.add(new Part.Native(OpenAiChat.NAME, Json.object().set("audio", audio.object())));
        }
        Place calls = message.find("tool_calls");
        if (calls != null) {
            for (Place call : calls.elements()) {
                parts.add(call(call));
            }
        }
        Place call = message.find("function_call");
        if (call != null) {
            String name = call.get("name").text();
            String id = "call_" + name + "_" + oldCalls++;
            lastCalls.put(name, id);
            parts.add(Part.ToolCall.of(id, name, arguments(call)));
        }
        return List.copyOf(parts);
    }

    private static Part call(Place call) {
        Place type = call.find("type");
        if (type != null && !type.text().equals("function")) {
            return new Part.Native(OpenAiChat.NAME, call.node());
        }
        Place function = call.get("function");
        Place cache = call.find("cache_control");
        return new Part.ToolCall(
                call.get("id").text(),
                function.get("name").text(),
                arguments(function),
                OpenAiCalls.signature(call.node()),
                cache == null ? null : cache.node());
    }

    private static String arguments(Place function) {
        String arguments = function.findText("arguments");
        return arguments == null || arguments.isBlank() ? "{}" : arguments;
    }
}
