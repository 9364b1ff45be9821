package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import java.util.ArrayList;
import java.util.List;

/**
 * Input items as turns. Items that the assistant made one after the other (reasoning, text, calls) are one turn, and so
 * are outputs of tools.
 */
final class InputDecoder {

    private final List<Turn> turns = new ArrayList<>();
    private final List<Part> open = new ArrayList<>();
    private Turn.Role role;

    static List<Turn> turns(String instructions, JsonNode input) {
        InputDecoder decoder = new InputDecoder();
        if (instructions != null) {
            decoder.turns.add(Turn.of(Turn.Role.SYSTEM, Part.Text.of(instructions)));
        }
        if (input.isTextual()) {
            decoder.turns.add(Turn.of(Turn.Role.USER, Part.Text.of(input.textValue())));
        } else if (input.isArray()) {
            for (int i = 0; i < input.size(); i++) {
                decoder.item(input.get(i), "input[" + i + "]");
            }
        } else {
            throw Wrong.type("input", "a string or an array of objects");
        }
        decoder.close();
        return decoder.turns;
    }

    private void item(JsonNode item, String path) {
        Wrong.object(item, path);
        String type = Wrong.optionalText(item, "type", path);
        switch (type == null ? "message" : type) {
            case "message" -> message(item, path);
            case "function_call" ->
                add(
                        Turn.Role.ASSISTANT,
                        Part.ToolCall.of(
                                Wrong.text(item, "call_id", path),
                                Wrong.text(item, "name", path),
                                arguments(item, path)));
            case "function_call_output" ->
                add(
                        Turn.Role.TOOL,
                        new Part.ToolResult(
                                Wrong.text(item, "call_id", path),
                                content(item.get("output"), path + ".output"),
                                false,
                                null));
            case "reasoning" -> reasoning(item, path);
            case "item_reference" ->
                throw Wrong.unsupported(
                        path, "refers to a stored item; Sluice stores none for this provider: send the item itself");
            // Outputs of tools that are no functions as well: a tool's turn holds results of functions only.
            default -> add(Turn.Role.ASSISTANT, new Part.Native(OpenAiResponses.NAME, item));
        }
    }

    private static String arguments(JsonNode item, String path) {
        String arguments = Wrong.text(item, "arguments", path);
        return arguments.isBlank() ? "{}" : arguments;
    }

    private void message(JsonNode item, String path) {
        String said = Wrong.text(item, "role", path);
        Turn.Role speaker = switch (said) {
            case "user" -> Turn.Role.USER;
            case "assistant" -> Turn.Role.ASSISTANT;
            case "system" -> Turn.Role.SYSTEM;
            case "developer" -> Turn.Role.DEVELOPER;
            default -> throw Wrong.value(path + ".role", "user, assistant, system or developer");
        };
        List<Part> parts = content(item.get("content"), path + ".content");
        if (speaker == Turn.Role.ASSISTANT) {
            parts.forEach(part -> add(speaker, part));
        } else {
            close();
            turns.add(new Turn(speaker, parts, null));
        }
    }

    private void reasoning(JsonNode item, String path) {
        Part.Seal seal = SealText.read(
                Wrong.optionalText(item, "id", path), Wrong.optionalText(item, "encrypted_content", path));
        String text = WholeDecoder.thought(item);
        if (seal != null || !text.isEmpty()) {
            add(Turn.Role.ASSISTANT, new Part.Thought(text, seal));
        }
    }

    /** A string, or an array of parts. */
    private static List<Part> content(JsonNode content, String path) {
        if (content == null || content.isNull()) {
            throw Wrong.missing(path);
        }
        List<Part> parts = new ArrayList<>();
        if (content.isTextual()) {
            parts.add(Part.Text.of(content.textValue()));
            return parts;
        }
        if (!content.isArray()) {
            throw Wrong.type(path, "a string or an array of objects");
        }
        for (int i = 0; i < content.size(); i++) {
            parts.add(part(content.get(i), path + "[" + i + "]"));
        }
        return parts;
    }

    private static Part part(JsonNode part, String path) {
        Wrong.object(part, path);
        String type = Wrong.text(part, "type", path);
        return switch (type) {
            case "input_text", "output_text", "text" -> Part.Text.of(Wrong.text(part, "text", path));
            case "refusal" -> new Part.Refused(Wrong.text(part, "refusal", path));
            case "input_image" ->
                new Part.Image(source(part, path, "image_url", null), Wrong.optionalText(part, "detail", path), null);
            case "input_file" ->
                new Part.Document(
                        source(part, path, "file_url", "file_data"), Wrong.optionalText(part, "filename", path), null);
            default -> throw Wrong.value(path + ".type", "input_text, input_image, input_file, output_text or refusal");
        };
    }

    private static Part.Source source(JsonNode part, String path, String urlMember, String dataMember) {
        String data = dataMember == null ? null : Wrong.optionalText(part, dataMember, path);
        if (data != null) {
            Part.Source source = Part.Source.ofUrl(data);
            // Bare base64 is taken as well as a data URL.
            return source.data() != null ? source : new Part.Source(null, data, null, null);
        }
        String url = Wrong.optionalText(part, urlMember, path);
        if (url != null) {
            return Part.Source.ofUrl(url);
        }
        String fileId = Wrong.optionalText(part, "file_id", path);
        if (fileId != null) {
            return new Part.Source(null, null, null, fileId);
        }
        throw Wrong.missing(path + "." + urlMember);
    }

    private void add(Turn.Role speaker, Part part) {
        if (role != speaker) {
            close();
            role = speaker;
        }
        open.add(part);
    }

    private void close() {
        if (role != null) {
            turns.add(new Turn(role, List.copyOf(open), null));
            open.clear();
            role = null;
        }
    }
}
