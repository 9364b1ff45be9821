package dev.sluice.protocol.responses;

import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import dev.sluice.protocol.spi.CustomTools;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes input items into messages. Consecutive items of the assistant (reasoning, text, calls) form one message, and
 * so do consecutive tool outputs.
 */
final class ResponsesMessageDecoder {

    private static final String ADDITIONAL_TOOLS = "additional_tools";
    private static final String SEARCH_OUTPUT = "tool_search_output";

    private final ResponsesTools tools;
    private final List<ChatMessage> messages = new ArrayList<>();
    private final List<ContentPart> open = new ArrayList<>();
    private ChatMessage.Role role;
    /** The last item of the input. */
    private RequestValue last;

    private ResponsesMessageDecoder(ResponsesTools tools) {
        this.tools = tools;
    }

    /** @param tools those of the request; receives the tools of the input, and their names */
    static List<ChatMessage> decode(String instructions, RequestValue input, ResponsesTools tools) {
        ResponsesMessageDecoder decoder = new ResponsesMessageDecoder(tools);
        List<RequestValue> items = input.isText() ? List.of() : input.elements("a string or an array of objects");
        decoder.declareTools(items);
        decoder.last = items.isEmpty() ? null : items.getLast();
        if (instructions != null) {
            decoder.messages.add(ChatMessage.of(ChatMessage.Role.SYSTEM, ContentPart.Text.of(instructions)));
        }
        if (input.isText()) {
            decoder.messages.add(ChatMessage.of(ChatMessage.Role.USER, ContentPart.Text.of(input.text())));
        } else {
            items.forEach(decoder::item);
        }
        decoder.close();
        return decoder.messages;
    }

    /** Tools come before everything else: a call may be decoded only when all names are known. */
    private void declareTools(List<RequestValue> items) {
        for (RequestValue item : items) {
            String type = Json.textAt(item.node(), "type");
            if (ADDITIONAL_TOOLS.equals(type) || SEARCH_OUTPUT.equals(type)) {
                tools.declare(item.find("tools"), false);
            }
        }
        tools.resolve();
    }

    private void item(RequestValue item) {
        String type = item.findText("type");
        switch (type == null ? "message" : type) {
            case "message" -> message(item);
            case "function_call" ->
                add(
                        ChatMessage.Role.ASSISTANT,
                        ContentPart.ToolCall.of(item.getText("call_id"), name(item), arguments(item)));
            case "custom_tool_call" ->
                add(
                        ChatMessage.Role.ASSISTANT,
                        ContentPart.ToolCall.of(
                                item.getText("call_id"), name(item), CustomTools.arguments(item.getText("input"))));
            case "function_call_output", "custom_tool_call_output" ->
                add(
                        ChatMessage.Role.TOOL,
                        new ContentPart.ToolResult(item.getText("call_id"), content(item.get("output")), false, null));
            case "reasoning" -> reasoning(item);
            case ADDITIONAL_TOOLS -> {}
            case "tool_search_call", SEARCH_OUTPUT -> search(type, item);
            // A compaction stands for the conversation before it, so without it the response would mean something else.
            // Those that Sluice wrote are messages by now.
            case Compaction.ITEM ->
                throw item.unsupported("is a compaction that only the provider that made it can read");
            case Compaction.TRIGGER -> compact(item);
            case "item_reference" -> throw new GatewayException(UnknownReference.item(item.getText("id"), item.path()));
            // Includes outputs of tools that are not functions: a tool message holds function results only.
            default -> add(ChatMessage.Role.ASSISTANT, new ContentPart.Native(ResponsesProtocol.NAME, item.node()));
        }
    }

    private String name(RequestValue item) {
        return tools.calledName(item.findText("namespace"), item.getText("name"));
    }

    /** A tool search by the client is a call with its result. A search by the provider has no call id. */
    private void search(String type, RequestValue item) {
        String callId = item.findText("call_id");
        if (callId == null) {
            add(ChatMessage.Role.ASSISTANT, new ContentPart.Native(ResponsesProtocol.NAME, item.node()));
        } else if (type.equals(SEARCH_OUTPUT)) {
            String found = String.join(", ", tools.namesOf(Json.present(item.node(), "tools")));
            String result =
                    found.isEmpty() ? "No tool was found." : "Found these tools, which can be called now: " + found;
            add(
                    ChatMessage.Role.TOOL,
                    new ContentPart.ToolResult(callId, List.of(ContentPart.Text.of(result)), false, null));
        } else {
            RequestValue arguments = item.find("arguments");
            String text =
                    arguments == null ? "{}" : arguments.isText() ? arguments.text() : Json.text(arguments.node());
            add(ChatMessage.Role.ASSISTANT, ContentPart.ToolCall.of(callId, tools.searchName(), text));
        }
    }

    private static String arguments(RequestValue item) {
        String arguments = item.getText("arguments");
        return arguments.isBlank() ? "{}" : arguments;
    }

    private void message(RequestValue item) {
        RequestValue role = item.get("role");
        ChatMessage.Role author = switch (role.text()) {
            case "user" -> ChatMessage.Role.USER;
            case "assistant" -> ChatMessage.Role.ASSISTANT;
            case "system" -> ChatMessage.Role.SYSTEM;
            case "developer" -> ChatMessage.Role.DEVELOPER;
            default -> throw role.invalid("user, assistant, system or developer");
        };
        List<ContentPart> parts = content(item.get("content"));
        if (author == ChatMessage.Role.ASSISTANT) {
            parts.forEach(part -> add(author, part));
        } else {
            standAlone(new ChatMessage(author, parts, null));
        }
    }

    private void compact(RequestValue item) {
        if (item != last) {
            throw item.invalid("this type only at the end of the input");
        }
        standAlone(Compaction.trigger());
    }

    private void standAlone(ChatMessage message) {
        close();
        messages.add(message);
    }

    private void reasoning(RequestValue item) {
        ContentPart.Reasoning reasoning = EncryptedContent.read(
                ResponsesResponseDecoder.readableText(item.node()),
                item.findText("id"),
                item.findText("encrypted_content"));
        if (reasoning.opaque() != null || !reasoning.text().isEmpty()) {
            add(ChatMessage.Role.ASSISTANT, reasoning);
        }
    }

    /** A string, or an array of parts. */
    private static List<ContentPart> content(RequestValue content) {
        List<ContentPart> parts = new ArrayList<>();
        if (content.isText()) {
            parts.add(ContentPart.Text.of(content.text()));
            return parts;
        }
        content.elements("a string or an array of objects").forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static ContentPart part(RequestValue part) {
        RequestValue type = part.get("type");
        return switch (type.text()) {
            case "input_text", "output_text", "text" -> ContentPart.Text.of(part.getText("text"));
            case "refusal" -> new ContentPart.Refusal(part.getText("refusal"));
            case "input_image" -> new ContentPart.Image(source(part, "image_url", null), part.findText("detail"), null);
            case "input_file" ->
                new ContentPart.Document(source(part, "file_url", "file_data"), part.findText("filename"), null);
            default -> throw type.invalid("input_text, input_image, input_file, output_text or refusal");
        };
    }

    private static ContentPart.Source source(RequestValue part, String urlMember, String dataMember) {
        String data = dataMember == null ? null : part.findText(dataMember);
        if (data != null) {
            ContentPart.Source source = ContentPart.Source.ofUrl(data);
            // Plain base64 is accepted as well as a data URL.
            return source.data() != null ? source : new ContentPart.Source(null, data, null, null);
        }
        String fileId = part.find(urlMember) == null ? part.findText("file_id") : null;
        return fileId == null
                ? ContentPart.Source.ofUrl(part.getText(urlMember))
                : new ContentPart.Source(null, null, null, fileId);
    }

    private void add(ChatMessage.Role author, ContentPart part) {
        if (role != author) {
            close();
            role = author;
        }
        open.add(part);
    }

    private void close() {
        if (role != null) {
            List<ContentPart> parts = List.copyOf(open);
            messages.add(new ChatMessage(
                    role, role == ChatMessage.Role.ASSISTANT ? ReasoningSeal.signCalls(parts) : parts, null));
            open.clear();
            role = null;
        }
    }
}
