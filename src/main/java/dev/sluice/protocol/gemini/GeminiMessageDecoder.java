package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes the contents of a client's request. Gemini's calls may have no id, and its results name the function: calls
 * get an id from their position, and a result belongs to the first call of its function without a result.
 */
final class GeminiMessageDecoder {

    /** Members of a function's response that clients write a plain text to. */
    private static final List<String> TEXTS = List.of("output", "result", "content");

    /** Reasoning that was read from seals, by identity. */
    private final Set<ContentPart> ofSeals = Collections.newSetFromMap(new IdentityHashMap<>());

    private final List<ChatMessage> messages;
    /** The calls without a result, id to name, in order. */
    private final Map<String, String> open = new LinkedHashMap<>();
    /** The calls of the last model content that have a result. */
    private final Set<String> closed = new HashSet<>();
    /** The last content is the model's. Google's library for Python keeps each event of a stream as a content. */
    private boolean afterModel;

    GeminiMessageDecoder(List<ChatMessage> messages) {
        this.messages = messages;
    }

    void decode(RequestValue contents) {
        List<RequestValue> elements = contents.elements();
        for (int i = 0; i < elements.size(); i++) {
            RequestValue content = elements.get(i);
            RequestValue parts = content.find("parts");
            if (parts == null || parts.elements().isEmpty()) {
                // Google's library for JavaScript keeps a model's content without parts after a failed response.
                continue;
            }
            String role = content.findText("role");
            switch (role == null ? "user" : role) {
                case "user", "function" -> {
                    user(parts.elements());
                    afterModel = false;
                }
                case "model" -> {
                    model(parts.elements(), i);
                    afterModel = true;
                }
                default -> throw content.get("role").invalid("user or model");
            }
        }
    }

    private void user(List<RequestValue> parts) {
        List<ContentPart> results = new ArrayList<>();
        List<ContentPart> rest = new ArrayList<>();
        for (RequestValue part : parts) {
            RequestValue response = GeminiValue.find(part, "functionResponse");
            if (response == null) {
                rest.add(GeminiPartDecoder.decode(part));
            } else {
                ContentPart.ToolResult result = result(response);
                if (result != null) {
                    results.add(result);
                }
            }
        }
        if (!results.isEmpty()) {
            messages.add(new ChatMessage(ChatMessage.Role.TOOL, results, null));
        }
        if (!rest.isEmpty()) {
            messages.add(new ChatMessage(ChatMessage.Role.USER, rest, null));
        }
    }

    /** Null for a second result of the same call, which Gemini CLI sends when it resumes a session. */
    private ContentPart.ToolResult result(RequestValue response) {
        String id = response.findText("id");
        String name = response.get("name").text();
        if (id != null && closed.contains(id)) {
            return null;
        }
        String call = id != null && open.containsKey(id) ? id : null;
        for (Map.Entry<String, String> each : open.entrySet()) {
            call = call == null && each.getValue().equals(name) ? each.getKey() : call;
        }
        if (call == null) {
            throw response.get("name").invalid("the name of a function that the model called before, once a call");
        }
        open.remove(call);
        closed.add(call);
        RequestValue value = response.find("response");
        JsonNode tree = value == null ? Json.object() : value.object();
        JsonNode error = Json.present(tree, "error");
        boolean failed = error != null && TEXTS.stream().noneMatch(tree::has);
        List<ContentPart> content = new ArrayList<>();
        content.add(ContentPart.Text.of(failed && error.isTextual() ? error.textValue() : text(tree)));
        RequestValue media = response.find("parts");
        if (media != null) {
            media.elements().forEach(part -> content.add(GeminiPartDecoder.decode(part)));
        }
        return new ContentPart.ToolResult(call, content, failed, null);
    }

    /** The text alone where it is all there is, else the JSON. The AI SDK repeats the function's name beside it. */
    private static String text(JsonNode response) {
        int members = response.size() - (response.has("name") && response.has("content") ? 1 : 0);
        for (String name : TEXTS) {
            if (members == 1 && response.path(name).isTextual()) {
                return response.get(name).textValue();
            }
        }
        return Json.text(response);
    }

    private void model(List<RequestValue> parts, int content) {
        if (!afterModel) {
            open.clear();
            closed.clear();
        }
        List<ContentPart> decoded = new ArrayList<>();
        boolean sealed = false;
        for (int i = 0; i < parts.size(); i++) {
            RequestValue part = parts.get(i);
            String signature = GeminiValue.findText(part, "thoughtSignature");
            List<ContentPart.Reasoning> seals = signature == null ? null : GeminiSignatures.read(signature);
            if (seals != null) {
                decoded.addAll(seals);
                ofSeals.addAll(seals);
                sealed |= !seals.isEmpty();
                signature = null;
            }
            RequestValue call = GeminiValue.find(part, "functionCall");
            if (call != null) {
                decoded.add(call(call, signature, "call_" + content + "_" + i));
                continue;
            }
            RequestValue text = part.find("text");
            boolean thought = GeminiValue.flag(part, "thought");
            if (thought && text != null) {
                boolean repeated = seals != null
                        && seals.stream().anyMatch(seal -> !seal.text().isEmpty());
                if (!repeated) {
                    decoded.add(new ContentPart.Reasoning(
                            text.text(), signature == null ? null : GeminiSignatures.own(signature)));
                }
                continue;
            }
            if (text == null || !text.text().isEmpty()) {
                decoded.add(GeminiPartDecoder.decode(part));
            }
            if (signature != null) {
                decoded.add(new ContentPart.Reasoning("", GeminiSignatures.own(signature)));
            }
        }
        List<ContentPart> message = decoded;
        if (afterModel && !messages.isEmpty() && messages.getLast().role() == ChatMessage.Role.ASSISTANT) {
            message = new ArrayList<>(messages.removeLast().parts());
            message.addAll(decoded);
        }
        if (sealed) {
            // The seals have the reasoning that these repeat.
            message.removeIf(part -> part instanceof ContentPart.Reasoning reasoning
                    && reasoning.opaque() == null
                    && !ofSeals.contains(part));
        }
        if (!message.isEmpty()) {
            messages.add(new ChatMessage(ChatMessage.Role.ASSISTANT, ReasoningSeal.signCalls(message), null));
        }
    }

    private ContentPart.ToolCall call(RequestValue call, String signature, String positional) {
        String id = call.findText("id");
        String name = call.get("name").text();
        RequestValue arguments = call.find("args");
        String key = id == null || id.isEmpty() || open.containsKey(id) ? positional : id;
        open.put(key, name);
        return new ContentPart.ToolCall(
                key, name, arguments == null ? "{}" : Json.text(arguments.object()), signature, null);
    }
}
