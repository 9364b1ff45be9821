package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Receipts;
import java.util.List;

/** Turns as input items. */
final class InputItems {

    private final ArrayNode input = Json.array();
    private final Receipts receipts;
    private final String instructor;
    private boolean sealed;

    /** @param instructor the role of whom system turns come from */
    InputItems(String instructor, Receipts receipts) {
        this.instructor = instructor;
        this.receipts = receipts;
    }

    ArrayNode write(List<Turn> turns) {
        turns.forEach(this::turn);
        return input;
    }

    /** Whether reasoning of the provider's own goes back to it. */
    boolean sealed() {
        return sealed;
    }

    private void turn(Turn turn) {
        if (turn.name() != null) {
            receipts.dropped("messages.name");
        }
        switch (turn.role()) {
            case SYSTEM, DEVELOPER -> message(instructor, turn.parts());
            case USER -> message("user", turn.parts());
            case ASSISTANT -> assistant(turn.parts());
            case TOOL -> turn.parts().forEach(this::result);
        }
    }

    private void message(String role, List<Part> parts) {
        ArrayNode content = Json.array();
        parts.forEach(part -> {
            JsonNode written = part(part);
            if (written != null) {
                content.add(written);
            }
        });
        add(role, content);
    }

    private void add(String role, ArrayNode content) {
        if (!content.isEmpty()) {
            ObjectNode message = input.addObject().put("type", "message").put("role", role);
            message.set("content", content);
        }
    }

    private void assistant(List<Part> parts) {
        ArrayNode content = Json.array();
        for (Part part : parts) {
            JsonNode item = switch (part) {
                case Part.Text text -> {
                    cache(text.cache());
                    if (!text.text().isEmpty()) {
                        content.addObject().put("type", "output_text").put("text", text.text());
                    }
                    yield null;
                }
                case Part.Refused refused -> {
                    content.add(Items.refusal(refused.text()));
                    yield null;
                }
                case Part.ToolCall call -> call(call);
                case Part.Thought thought -> thought(thought);
                case Part.Native block -> block(block);
                case Part.Image ignored -> dropped("messages.image_url");
                case Part.Audio ignored -> dropped("messages.audio");
                case Part.Document ignored -> dropped("messages.file");
                case Part.ToolResult ignored -> dropped("messages.tool_result");
            };
            if (item != null) {
                add("assistant", content.deepCopy());
                content.removeAll();
                input.add(item);
            }
        }
        add("assistant", content);
    }

    private JsonNode dropped(String what) {
        receipts.dropped(what);
        return null;
    }

    private ObjectNode call(Part.ToolCall call) {
        cache(call.cache());
        if (call.signature() != null) {
            receipts.dropped("messages.tool_calls.signature");
        }
        return Json.object()
                .put("type", "function_call")
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", call.arguments());
    }

    private ObjectNode thought(Part.Thought thought) {
        Part.Seal seal = thought.seal();
        if (seal == null || !seal.dialect().equals(OpenAiResponses.NAME) || seal.encrypted() == null) {
            // Without what only the provider can read it is not reasoning any more, and none is stored there.
            receipts.dropped("messages.reasoning");
            return null;
        }
        sealed = true;
        ObjectNode item = Json.object().put("type", "reasoning");
        if (seal.id() != null) {
            item.put("id", seal.id());
        }
        ArrayNode summary = item.putArray("summary");
        if (!thought.text().isEmpty()) {
            summary.add(Items.summaryText(thought.text()));
        }
        return item.put("encrypted_content", seal.encrypted());
    }

    private JsonNode block(Part.Native block) {
        if (block.dialect().equals(OpenAiResponses.NAME)) {
            return block.block();
        }
        String type = Json.textAt(block.block(), "type");
        return dropped(type == null ? "messages.content" : "messages." + type);
    }

    private void result(Part result) {
        if (!(result instanceof Part.ToolResult tool)) {
            receipts.dropped("messages.tool");
            return;
        }
        cache(tool.cache());
        ObjectNode item = input.addObject().put("type", "function_call_output").put("call_id", tool.callId());
        String failure = tool.failed() ? "Error: " : "";
        if (tool.content().stream().allMatch(Part.Text.class::isInstance)) {
            StringBuilder text = new StringBuilder(failure);
            for (Part part : tool.content()) {
                boolean first = text.length() == failure.length();
                text.append(first ? "" : "\n").append(((Part.Text) part).text());
            }
            item.put("output", text.toString());
            return;
        }
        ArrayNode output = item.putArray("output");
        if (tool.failed()) {
            output.addObject().put("type", "input_text").put("text", failure.strip());
        }
        tool.content().forEach(part -> {
            JsonNode written = part(part);
            if (written != null) {
                output.add(written);
            }
        });
    }

    /** A part of what the model is told. */
    private JsonNode part(Part part) {
        return switch (part) {
            case Part.Text text -> {
                cache(text.cache());
                yield text.text().isEmpty()
                        ? null
                        : Json.object().put("type", "input_text").put("text", text.text());
            }
            case Part.Image image -> {
                cache(image.cache());
                ObjectNode written = Json.object().put("type", "input_image");
                place(written, image.source(), "image_url");
                yield image.detail() == null ? written : written.put("detail", image.detail());
            }
            case Part.Document document -> {
                cache(document.cache());
                yield document(document);
            }
            case Part.Audio ignored ->
                throw Wrong.unsupported("messages.input_audio", "has no place in what this provider takes");
            case Part.Native block -> block(block);
            case Part.Refused refused -> Json.object().put("type", "input_text").put("text", refused.text());
            case Part.ToolCall ignored -> dropped("messages.tool_calls");
            case Part.ToolResult ignored -> dropped("messages.tool_result");
            case Part.Thought ignored -> dropped("messages.reasoning");
        };
    }

    private static ObjectNode document(Part.Document document) {
        ObjectNode written = Json.object().put("type", "input_file");
        Part.Source source = document.source();
        if (source.data() == null) {
            place(written, source, "file_url");
        } else {
            String type = source.mediaType() == null ? "application/pdf" : source.mediaType();
            // A name is demanded with bytes.
            written.put("filename", document.filename() == null ? "file" : document.filename());
            written.put("file_data", new Part.Source(type, source.data(), null, null).toUrl());
            return written;
        }
        return document.filename() == null || source.fileId() != null
                ? written
                : written.put("filename", document.filename());
    }

    private static void place(ObjectNode written, Part.Source source, String urlMember) {
        if (source.fileId() != null) {
            written.put("file_id", source.fileId());
        } else {
            written.put(urlMember, source.toUrl());
        }
    }

    private void cache(JsonNode mark) {
        if (mark != null) {
            receipts.dropped("messages.cache_control");
        }
    }
}
