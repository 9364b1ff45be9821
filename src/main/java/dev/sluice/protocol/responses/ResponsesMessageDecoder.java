package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CustomTools;
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

    private ResponsesMessageDecoder(ResponsesTools tools) {
        this.tools = tools;
    }

    /** @param tools those of the request; receives the tools of the input, and their names */
    static List<ChatMessage> decode(String instructions, JsonNode input, ResponsesTools tools) {
        ResponsesMessageDecoder decoder = new ResponsesMessageDecoder(tools);
        decoder.declareTools(input);
        if (instructions != null) {
            decoder.messages.add(ChatMessage.of(ChatMessage.Role.SYSTEM, ContentPart.Text.of(instructions)));
        }
        if (input.isTextual()) {
            decoder.messages.add(ChatMessage.of(ChatMessage.Role.USER, ContentPart.Text.of(input.textValue())));
        } else if (input.isArray()) {
            for (int i = 0; i < input.size(); i++) {
                decoder.item(input.get(i), "input[" + i + "]");
            }
        } else {
            throw ResponsesErrors.wrongType("input", "a string or an array of objects");
        }
        decoder.close();
        return decoder.messages;
    }

    /** Tools come before everything else: a call may be decoded only when all names are known. */
    private void declareTools(JsonNode input) {
        for (int i = 0; input.isArray() && i < input.size(); i++) {
            String type = Json.textAt(input.get(i), "type");
            if (ADDITIONAL_TOOLS.equals(type) || SEARCH_OUTPUT.equals(type)) {
                tools.declare(Json.present(input.get(i), "tools"), "input[" + i + "].tools", false);
            }
        }
        tools.resolve();
    }

    private void item(JsonNode item, String path) {
        ResponsesErrors.object(item, path);
        String type = ResponsesErrors.optionalText(item, "type", path);
        switch (type == null ? "message" : type) {
            case "message" -> message(item, path);
            case "function_call" ->
                add(
                        ChatMessage.Role.ASSISTANT,
                        ContentPart.ToolCall.of(
                                ResponsesErrors.text(item, "call_id", path), name(item, path), arguments(item, path)));
            case "custom_tool_call" ->
                add(
                        ChatMessage.Role.ASSISTANT,
                        ContentPart.ToolCall.of(
                                ResponsesErrors.text(item, "call_id", path),
                                name(item, path),
                                CustomTools.arguments(ResponsesErrors.text(item, "input", path))));
            case "function_call_output", "custom_tool_call_output" ->
                add(
                        ChatMessage.Role.TOOL,
                        new ContentPart.ToolResult(
                                ResponsesErrors.text(item, "call_id", path),
                                content(item.get("output"), path + ".output"),
                                false,
                                null));
            case "reasoning" -> reasoning(item, path);
            case ADDITIONAL_TOOLS -> {}
            case "tool_search_call", SEARCH_OUTPUT -> search(type, item, path);
            // A compaction stands for the conversation before it, so without it the response would mean something else.
            case "compaction", "compaction_trigger" ->
                throw ResponsesErrors.unsupported(
                        path, "is a compaction, which only a provider with the Responses API can make and read");
            case "item_reference" ->
                throw ResponsesErrors.unsupported(
                        path,
                        "refers to a stored item, but Sluice stores none for this provider: send the item itself");
            // Includes outputs of tools that are not functions: a tool message holds function results only.
            default -> add(ChatMessage.Role.ASSISTANT, new ContentPart.Native(ResponsesProtocol.NAME, item));
        }
    }

    private String name(JsonNode item, String path) {
        return tools.calledName(
                ResponsesErrors.optionalText(item, "namespace", path), ResponsesErrors.text(item, "name", path));
    }

    /** A tool search by the client is a call with its result. A search by the provider has no call id. */
    private void search(String type, JsonNode item, String path) {
        String callId = ResponsesErrors.optionalText(item, "call_id", path);
        if (callId == null) {
            add(ChatMessage.Role.ASSISTANT, new ContentPart.Native(ResponsesProtocol.NAME, item));
        } else if (type.equals(SEARCH_OUTPUT)) {
            String found = String.join(", ", tools.namesOf(Json.present(item, "tools")));
            String result =
                    found.isEmpty() ? "No tool was found." : "Found these tools, which can be called now: " + found;
            add(
                    ChatMessage.Role.TOOL,
                    new ContentPart.ToolResult(callId, List.of(ContentPart.Text.of(result)), false, null));
        } else {
            JsonNode arguments = Json.present(item, "arguments");
            String text =
                    arguments == null ? "{}" : arguments.isTextual() ? arguments.textValue() : Json.text(arguments);
            add(ChatMessage.Role.ASSISTANT, ContentPart.ToolCall.of(callId, tools.searchName(), text));
        }
    }

    private static String arguments(JsonNode item, String path) {
        String arguments = ResponsesErrors.text(item, "arguments", path);
        return arguments.isBlank() ? "{}" : arguments;
    }

    private void message(JsonNode item, String path) {
        String name = ResponsesErrors.text(item, "role", path);
        ChatMessage.Role author = switch (name) {
            case "user" -> ChatMessage.Role.USER;
            case "assistant" -> ChatMessage.Role.ASSISTANT;
            case "system" -> ChatMessage.Role.SYSTEM;
            case "developer" -> ChatMessage.Role.DEVELOPER;
            default -> throw ResponsesErrors.invalidValue(path + ".role", "user, assistant, system or developer");
        };
        List<ContentPart> parts = content(item.get("content"), path + ".content");
        if (author == ChatMessage.Role.ASSISTANT) {
            parts.forEach(part -> add(author, part));
        } else {
            close();
            messages.add(new ChatMessage(author, parts, null));
        }
    }

    private void reasoning(JsonNode item, String path) {
        ContentPart.Reasoning reasoning = EncryptedContent.read(
                ResponsesResponseDecoder.readableText(item),
                ResponsesErrors.optionalText(item, "id", path),
                ResponsesErrors.optionalText(item, "encrypted_content", path));
        if (reasoning.opaque() != null || !reasoning.text().isEmpty()) {
            add(ChatMessage.Role.ASSISTANT, reasoning);
        }
    }

    /** A string, or an array of parts. */
    private static List<ContentPart> content(JsonNode content, String path) {
        if (content == null || content.isNull()) {
            throw ResponsesErrors.missing(path);
        }
        List<ContentPart> parts = new ArrayList<>();
        if (content.isTextual()) {
            parts.add(ContentPart.Text.of(content.textValue()));
            return parts;
        }
        if (!content.isArray()) {
            throw ResponsesErrors.wrongType(path, "a string or an array of objects");
        }
        for (int i = 0; i < content.size(); i++) {
            parts.add(part(content.get(i), path + "[" + i + "]"));
        }
        return parts;
    }

    private static ContentPart part(JsonNode part, String path) {
        ResponsesErrors.object(part, path);
        String type = ResponsesErrors.text(part, "type", path);
        return switch (type) {
            case "input_text", "output_text", "text" -> ContentPart.Text.of(ResponsesErrors.text(part, "text", path));
            case "refusal" -> new ContentPart.Refusal(ResponsesErrors.text(part, "refusal", path));
            case "input_image" ->
                new ContentPart.Image(
                        source(part, path, "image_url", null),
                        ResponsesErrors.optionalText(part, "detail", path),
                        null);
            case "input_file" ->
                new ContentPart.Document(
                        source(part, path, "file_url", "file_data"),
                        ResponsesErrors.optionalText(part, "filename", path),
                        null);
            default ->
                throw ResponsesErrors.invalidValue(
                        path + ".type", "input_text, input_image, input_file, output_text or refusal");
        };
    }

    private static ContentPart.Source source(JsonNode part, String path, String urlMember, String dataMember) {
        String data = dataMember == null ? null : ResponsesErrors.optionalText(part, dataMember, path);
        if (data != null) {
            ContentPart.Source source = ContentPart.Source.ofUrl(data);
            // Plain base64 is accepted as well as a data URL.
            return source.data() != null ? source : new ContentPart.Source(null, data, null, null);
        }
        String url = ResponsesErrors.optionalText(part, urlMember, path);
        if (url != null) {
            return ContentPart.Source.ofUrl(url);
        }
        String fileId = ResponsesErrors.optionalText(part, "file_id", path);
        if (fileId != null) {
            return new ContentPart.Source(null, null, null, fileId);
        }
        throw ResponsesErrors.missing(path + "." + urlMember);
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
            messages.add(new ChatMessage(role, List.copyOf(open), null));
            open.clear();
            role = null;
        }
    }
}
