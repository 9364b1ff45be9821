package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Receipts;
import java.util.List;
import java.util.StringJoiner;

/** Writes a conversation as {@code instructions} (the system turns it begins with) and {@code input} items. */
final class AgentInput {

    private final Receipts receipts;
    private final ArrayNode input = Json.array();

    AgentInput(Receipts receipts) {
        this.receipts = receipts;
    }

    void write(List<Turn> turns, ObjectNode body) {
        int first = 0;
        StringJoiner instructions = new StringJoiner("\n\n");
        while (first < turns.size() && isSystem(turns.get(first))) {
            named(turns.get(first));
            turns.get(first).parts().forEach(part -> instructions.add(text(part, "messages.system")));
            first++;
        }
        if (first > 0) {
            body.put("instructions", instructions.toString());
        }
        for (Turn turn : turns.subList(first, turns.size())) {
            named(turn);
            switch (turn.role()) {
                case SYSTEM, DEVELOPER -> said("system", turn);
                case USER -> said("user", turn);
                case ASSISTANT -> assistant(turn);
                case TOOL -> turn.parts().forEach(this::result);
            }
        }
        body.set("input", input);
    }

    private void named(Turn turn) {
        if (turn.name() != null) {
            receipts.dropped("messages.name");
        }
    }

    private static boolean isSystem(Turn turn) {
        return turn.role() == Turn.Role.SYSTEM || turn.role() == Turn.Role.DEVELOPER;
    }

    private void said(String role, Turn turn) {
        ArrayNode content = Json.array();
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.Text text ->
                    content.addObject().put("type", "input_text").put("text", text(text, "messages"));
                case Part.Image image -> image(image, content);
                case Part.Native hosted -> dropped(hosted);
                case Part.Audio audio -> throw refused("messages.input_audio");
                case Part.Document document -> throw refused("messages.file");
                case Part.ToolCall call -> throw refused("messages.tool_calls");
                case Part.ToolResult result -> throw refused("messages.tool_result");
                case Part.Thought thought -> throw refused("messages.reasoning");
                case Part.Refused refused -> throw refused("messages.refusal");
            }
        }
        message(role, content);
    }

    /** Texts and calls in their order; each run of texts is a message of its own. */
    private void assistant(Turn turn) {
        StringBuilder said = new StringBuilder();
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.Text text -> said.append(text(text, "messages"));
                case Part.Refused refused -> said.append(refused.text());
                case Part.Thought thought -> receipts.dropped("messages.reasoning");
                case Part.Native hosted -> dropped(hosted);
                case Part.ToolCall call -> {
                    flush(said);
                    call(call);
                }
                case Part.Image image -> throw refused("messages.image");
                case Part.Audio audio -> throw refused("messages.audio");
                case Part.Document document -> throw refused("messages.file");
                case Part.ToolResult result -> throw refused("messages.tool_result");
            }
        }
        flush(said);
    }

    private void flush(StringBuilder said) {
        if (!said.isEmpty()) {
            input.addObject().put("role", "assistant").put("content", said.toString());
            said.setLength(0);
        }
    }

    private void call(Part.ToolCall call) {
        noCache(call.cache());
        ObjectNode item = input.addObject()
                .put("type", "function_call")
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", call.arguments());
        if (call.signature() != null) {
            item.put("thought_signature", call.signature());
        }
    }

    private void result(Part part) {
        if (!(part instanceof Part.ToolResult result)) {
            throw refused("messages.tool");
        }
        noCache(result.cache());
        if (result.failed()) {
            receipts.dropped("messages.tool_result.is_error");
        }
        StringJoiner output = new StringJoiner("\n");
        result.content().forEach(piece -> output.add(text(piece, "messages.tool.content")));
        input.addObject()
                .put("type", "function_call_output")
                .put("call_id", result.callId())
                .put("output", output.toString());
    }

    private void image(Part.Image image, ArrayNode content) {
        noCache(image.cache());
        String url = image.source().toUrl();
        if (url == null) {
            throw refused("messages.image.file_id");
        }
        if (image.detail() != null && !image.detail().equals("auto")) {
            receipts.dropped("messages.image_url.detail");
        }
        content.addObject().put("type", "input_image").put("image_url", url);
    }

    private String text(Part part, String where) {
        if (part instanceof Part.Text text) {
            noCache(text.cache());
            if (!text.citations().isEmpty()) {
                receipts.dropped("messages.citations");
            }
            return text.text();
        }
        throw refused(where);
    }

    /** One text is written as a string, as people write it. */
    private void message(String role, ArrayNode content) {
        ObjectNode item = input.addObject().put("role", role);
        if (content.size() == 1 && "input_text".equals(Json.textAt(content.get(0), "type"))) {
            item.set("content", content.get(0).get("text"));
        } else if (content.isEmpty()) {
            item.put("content", "");
        } else {
            item.set("content", content);
        }
    }

    private void dropped(Part.Native hosted) {
        receipts.dropped("messages." + Json.textAt(hosted.block(), "type"));
    }

    private void noCache(JsonNode mark) {
        if (mark != null) {
            receipts.dropped("messages.cache_control");
        }
    }

    private static RuntimeException refused(String param) {
        return AgentRequest.unsupported(param, "it takes texts and, from users, images");
    }
}
