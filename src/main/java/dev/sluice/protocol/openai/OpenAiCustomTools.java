package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.Tool;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CustomTools;
import java.util.ArrayList;
import java.util.List;

/** Custom tools of a client's request and their calls, for providers of other formats. */
final class OpenAiCustomTools {

    static final String CUSTOM = "custom";

    private OpenAiCustomTools() {}

    /** The request with custom tools and their calls as functions. */
    static ChatRequest asFunctions(ChatRequest request) {
        boolean any = request.tools().stream().anyMatch(OpenAiCustomTools::isCustom)
                || request.messages().stream()
                        .anyMatch(message -> message.parts().stream().anyMatch(OpenAiCustomTools::isCall));
        if (!any) {
            return request;
        }
        List<Tool> tools = request.tools().stream()
                .map(tool -> isCustom(tool) ? function((Tool.Native) tool) : tool)
                .toList();
        List<ChatMessage> messages = new ArrayList<>(request.messages().size());
        for (ChatMessage message : request.messages()) {
            List<ContentPart> parts = message.parts().stream()
                    .map(part -> isCall(part) ? call((ContentPart.Native) part) : part)
                    .toList();
            messages.add(new ChatMessage(message.role(), parts, message.name()));
        }
        return request.with(messages, tools, request.toolChoice());
    }

    /** A call as the client gets it. */
    static ObjectNode write(ContentPart.ToolCall call) {
        ObjectNode written = Json.object().put("id", call.id()).put("type", CUSTOM);
        String input = call.arguments().isEmpty() ? "" : CustomTools.input(call.arguments());
        written.putObject(CUSTOM).put("name", call.name()).put("input", input);
        return written;
    }

    /** Whether the client declared the called tool as a custom tool. */
    static boolean isCustom(ChatRequest request, String called) {
        Tool.Declaration declaration = request.declaration(called);
        return declaration != null && declaration.custom();
    }

    private static boolean isCustom(Tool tool) {
        return tool instanceof Tool.Native other
                && other.protocol().equals(ChatCompletionsProtocol.NAME)
                && other.type().equals(CUSTOM)
                && Json.textAt(other.raw().path(CUSTOM), "name") != null;
    }

    private static boolean isCall(ContentPart part) {
        return part instanceof ContentPart.Native other
                && other.protocol().equals(ChatCompletionsProtocol.NAME)
                && Json.textAt(other.block().path(CUSTOM), "name") != null;
    }

    private static Tool function(Tool.Native tool) {
        JsonNode custom = tool.raw().get(CUSTOM);
        String name = Json.textAt(custom, "name");
        return CustomTools.function(
                name,
                Json.textAt(custom, "description"),
                Json.present(custom.path("format"), "grammar"),
                null,
                new Tool.Declaration(Tool.Kind.CUSTOM, null, name, ChatCompletionsProtocol.NAME, tool.raw(), true));
    }

    private static ContentPart call(ContentPart.Native block) {
        JsonNode custom = block.block().get(CUSTOM);
        String input = Json.textAt(custom, "input");
        return ContentPart.ToolCall.of(
                Json.textAt(block.block(), "id"),
                Json.textAt(custom, "name"),
                CustomTools.arguments(input == null ? "" : input));
    }
}
