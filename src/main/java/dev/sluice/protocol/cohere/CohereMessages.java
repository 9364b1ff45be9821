package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Receipts;
import java.util.List;

/** Writes the turns of a conversation. */
final class CohereMessages {

    private final boolean reasoningModel;
    private final Receipts receipts;
    private final ArrayNode messages = Json.array();

    /** @param reasoningModel whether the model writes its thoughts as content; else it tells them as a tool plan */
    CohereMessages(boolean reasoningModel, Receipts receipts) {
        this.reasoningModel = reasoningModel;
        this.receipts = receipts;
    }

    ArrayNode write(List<Turn> turns) {
        for (Turn turn : turns) {
            if (turn.name() != null) {
                receipts.dropped("messages.name");
            }
            switch (turn.role()) {
                case SYSTEM, DEVELOPER -> said("system", turn);
                case USER -> said("user", turn);
                case ASSISTANT -> assistant(turn);
                case TOOL -> turn.parts().forEach(this::result);
            }
        }
        return messages;
    }

    private void said(String role, Turn turn) {
        ObjectNode message = messages.addObject().put("role", role);
        ArrayNode content = Json.array();
        for (Part part : turn.parts()) {
            block(part, content);
        }
        put(message, content);
    }

    private void assistant(Turn turn) {
        ObjectNode message = messages.addObject().put("role", "assistant");
        ArrayNode content = Json.array();
        ArrayNode calls = Json.array();
        StringBuilder plan = new StringBuilder();
        boolean calling = turn.parts().stream().anyMatch(part -> part instanceof Part.ToolCall);
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.ToolCall call -> calls.add(call(call));
                case Part.Thought thought -> {
                    if (thought.seal() != null || !reasoningModel && !calling) {
                        receipts.dropped("messages.reasoning");
                    } else if (!reasoningModel) {
                        plan.append(thought.text());
                    } else if (!thought.text().isEmpty()) {
                        content.addObject().put("type", "thinking").put("thinking", thought.text());
                    }
                }
                case Part.Text text -> block(text, content);
                case Part.Refused refused -> block(Part.Text.of(refused.text()), content);
                case Part.Image image -> throw CohereRequest.unsupported("messages.image", "images come from users");
                case Part.Audio audio -> block(audio, content);
                case Part.Document document -> block(document, content);
                case Part.ToolResult result -> block(result, content);
                case Part.Native hosted -> block(hosted, content);
            }
        }
        if (!plan.isEmpty()) {
            message.put("tool_plan", plan.toString());
        }
        if (!content.isEmpty() || calls.isEmpty()) {
            put(message, content);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private ObjectNode call(Part.ToolCall call) {
        noCache(call.cache());
        if (call.signature() != null) {
            receipts.dropped("messages.tool_calls.signature");
        }
        ObjectNode written = Json.object().put("id", call.id()).put("type", "function");
        written.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        return written;
    }

    private void result(Part part) {
        if (!(part instanceof Part.ToolResult result)) {
            throw CohereRequest.unsupported("messages.tool", "results of tools only");
        }
        noCache(result.cache());
        if (result.failed()) {
            receipts.dropped("messages.tool_result.is_error");
        }
        ObjectNode message = messages.addObject().put("role", "tool").put("tool_call_id", result.callId());
        if (result.content().size() == 1 && result.content().get(0) instanceof Part.Text text) {
            noCache(text.cache());
            message.put("content", text.text());
        } else if (result.content().isEmpty()) {
            message.put("content", "");
        } else {
            ArrayNode documents = message.putArray("content");
            result.content().forEach(piece -> document(piece, documents));
        }
    }

    /** Several results of one call are documents, each to be cited by itself. */
    private void document(Part part, ArrayNode documents) {
        if (!(part instanceof Part.Text text)) {
            throw CohereRequest.unsupported("messages.tool.content", "results of tools are text");
        }
        noCache(text.cache());
        JsonNode tree = text.text().startsWith("{") ? Json.readOrNull(text.text()) : null;
        ObjectNode document = documents.addObject().put("type", "document").putObject("document");
        document.set("data", tree != null ? tree : Json.object().put("text", text.text()));
    }

    private void block(Part part, ArrayNode content) {
        switch (part) {
            case Part.Text text -> {
                noCache(text.cache());
                if (!text.citations().isEmpty()) {
                    receipts.dropped("messages.citations");
                }
                content.addObject().put("type", "text").put("text", text.text());
            }
            case Part.Image image -> image(image, content);
            case Part.Native hosted -> receipts.dropped("messages." + Json.textAt(hosted.block(), "type"));
            case Part.Audio audio -> throw CohereRequest.unsupported("messages.input_audio", "it takes no sound");
            case Part.Document document ->
                throw CohereRequest.unsupported("messages.file", "it takes texts and images only");
            case Part.ToolCall call -> throw misplaced();
            case Part.ToolResult result -> throw misplaced();
            case Part.Refused refused -> throw misplaced();
            case Part.Thought thought -> throw misplaced();
        }
    }

    private void image(Part.Image image, ArrayNode content) {
        noCache(image.cache());
        String url = image.source().toUrl();
        if (url == null) {
            throw CohereRequest.unsupported("messages.image.file_id", "a URL, or the image itself");
        }
        ObjectNode place = content.addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", url);
        if ("original".equals(image.detail())) {
            place.put("detail", "high");
            receipts.adjusted("messages.image_url.detail", "high");
        } else if (image.detail() != null) {
            place.put("detail", image.detail());
        }
    }

    private void noCache(JsonNode mark) {
        if (mark != null) {
            receipts.dropped("messages.cache_control");
        }
    }

    /** One text is written as a string, as people write it. */
    private static void put(ObjectNode message, ArrayNode content) {
        boolean oneText = content.size() == 1 && "text".equals(Json.textAt(content.get(0), "type"));
        if (content.isEmpty()) {
            message.put("content", "");
        } else if (oneText) {
            message.set("content", content.get(0).get("text"));
        } else {
            message.set("content", content);
        }
    }

    private static RuntimeException misplaced() {
        return CohereRequest.unsupported("messages", "a part that another role may not say");
    }
}
