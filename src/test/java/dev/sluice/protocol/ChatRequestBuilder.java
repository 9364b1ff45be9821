package dev.sluice.protocol;

import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A builder of chat requests in the neutral model, for encoder tests. */
public final class ChatRequestBuilder {

    private final List<ChatMessage> turns = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final Map<String, ChatParameter> params = new LinkedHashMap<>();
    private ToolChoice choice;
    private ResponseFormat format;
    private ReasoningOptions reasoning;

    public static ChatRequestBuilder ofUser(String text) {
        return new ChatRequestBuilder().message(ChatMessage.Role.USER, ContentPart.Text.of(text));
    }

    public ChatRequestBuilder message(ChatMessage.Role role, ContentPart... parts) {
        turns.add(ChatMessage.of(role, parts));
        return this;
    }

    public ChatRequestBuilder tool(String name) {
        tools.add(new Tool.Function(name, null, Json.readOrNull("{\"type\":\"object\"}"), null, null));
        return this;
    }

    public ChatRequestBuilder hosted(String type, String raw) {
        tools.add(new Tool.Native("openai-responses", type, Json.readOrNull(raw)));
        return this;
    }

    public ChatRequestBuilder choice(ToolChoice choice) {
        this.choice = choice;
        return this;
    }

    public ChatRequestBuilder format(ResponseFormat format) {
        this.format = format;
        return this;
    }

    public ChatRequestBuilder reasoning(String effort, long budget) {
        this.reasoning = new ReasoningOptions(effort, budget, null, "reasoning_effort");
        return this;
    }

    public ChatRequestBuilder param(String name, String json) {
        params.put(name, new ChatParameter(name, Json.readOrNull(json)));
        return this;
    }

    public ChatRequest request() {
        return new ChatRequest("m", turns, tools, choice, format, reasoning, params, true, true);
    }
}
