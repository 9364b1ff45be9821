package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Encodes the messages of a conversation. */
final class CohereMessageEncoder {

    private final boolean reasoningModel;
    private final DroppedParameters dropped;
    private final ArrayNode messages = Json.array();
    /** Of the results of one message, by the id of their call. */
    private final Map<String, ArrayNode> imagesOfResults = new LinkedHashMap<>();

    private int results;

    /** @param reasoningModel whether the model takes reasoning as content blocks; others take it as a tool plan */
    CohereMessageEncoder(boolean reasoningModel, DroppedParameters dropped) {
        this.reasoningModel = reasoningModel;
        this.dropped = dropped;
    }

    ArrayNode encode(List<ChatMessage> conversation) {
        for (int i = 0; i < conversation.size(); i++) {
            ChatMessage message = conversation.get(i);
            if (message.name() != null) {
                dropped.dropped("messages.name");
            }
            if (message.role() != ChatMessage.Role.TOOL) {
                endResults();
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> content("system", message);
                case USER -> user(message, i);
                case ASSISTANT -> assistant(message);
                case TOOL -> message.parts().forEach(this::result);
            }
        }
        endResults();
        return messages;
    }

    private void content(String role, ChatMessage message) {
        ObjectNode written = messages.addObject().put("role", role);
        ArrayNode content = Json.array();
        for (ContentPart part : message.parts()) {
            block(part, content);
        }
        put(written, content);
    }

    /** Cohere refuses a message of the user without a token. */
    private void user(ChatMessage message, int index) {
        boolean empty = message.parts().stream()
                .allMatch(part ->
                        part instanceof ContentPart.Text text && text.text().isEmpty());
        if (empty) {
            dropped.adjusted("messages." + index, "user");
            messages.addObject().put("role", "user").put("content", ".");
        } else {
            content("user", message);
        }
    }

    private void assistant(ChatMessage message) {
        ObjectNode written = Json.object().put("role", "assistant");
        ArrayNode content = Json.array();
        ArrayNode calls = Json.array();
        StringBuilder plan = new StringBuilder();
        boolean foreign = ReasoningSeal.provesOther(message.parts(), CohereProtocol.NAME);
        boolean calling = message.parts().stream().anyMatch(part -> part instanceof ContentPart.ToolCall);
        for (ContentPart part : message.parts()) {
            switch (part) {
                case ContentPart.ToolCall call -> calls.add(call(call));
                case ContentPart.Reasoning reasoning -> {
                    if (foreign || !reasoningModel && !calling) {
                        dropped.dropped("messages.reasoning");
                    } else if (!reasoningModel) {
                        plan.append(reasoning.text());
                    } else if (!reasoning.text().isEmpty()) {
                        content.addObject().put("type", "thinking").put("thinking", reasoning.text());
                    }
                }
                case ContentPart.Text text -> block(text, content);
                case ContentPart.Refusal refusal -> block(ContentPart.Text.of(refusal.text()), content);
                case ContentPart.Image image ->
                    throw CohereRequestEncoder.unsupported("messages.image", "only user messages may have images");
                case ContentPart.Audio audio -> block(audio, content);
                case ContentPart.Document document -> block(document, content);
                case ContentPart.ToolResult result -> block(result, content);
                case ContentPart.Native nativePart -> block(nativePart, content);
            }
        }
        if (content.isEmpty() && calls.isEmpty()) {
            // Only reasoning was in it, which Cohere refuses.
            return;
        }
        messages.add(written);
        if (!plan.isEmpty()) {
            written.put("tool_plan", plan.toString());
        }
        if (!content.isEmpty() || calls.isEmpty()) {
            put(written, content);
        }
        if (!calls.isEmpty()) {
            written.set("tool_calls", calls);
        }
    }

    private ObjectNode call(ContentPart.ToolCall call) {
        dropCacheControl(call.cache());
        if (call.signature() != null) {
            dropped.dropped("messages.tool_calls.signature");
        }
        ObjectNode written = Json.object().put("id", call.id()).put("type", "function");
        written.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        return written;
    }

    private void result(ContentPart part) {
        if (!(part instanceof ContentPart.ToolResult result)) {
            throw CohereRequestEncoder.unsupported("messages.tool", "a tool message has tool results only");
        }
        dropCacheControl(result.cache());
        if (result.isError()) {
            dropped.dropped("messages.tool_result.is_error");
        }
        ObjectNode message = messages.addObject().put("role", "tool").put("tool_call_id", result.callId());
        List<ContentPart.Text> texts = new ArrayList<>();
        ArrayNode images = Json.array();
        for (ContentPart piece : result.content()) {
            switch (piece) {
                case ContentPart.Text text -> texts.add(text);
                case ContentPart.Document document
                when document.source().isText() ->
                    texts.add(ContentPart.Text.of(document.source().text()));
                case ContentPart.Image image -> image(image, images);
                case ContentPart.Native nativePart -> block(nativePart, images);
                default ->
                    throw CohereRequestEncoder.unsupported(
                            "messages.tool.content", "tool results must be text or images");
            }
        }
        if (texts.size() <= 1) {
            texts.forEach(text -> dropCacheControl(text.cache()));
            String none = images.isEmpty() ? "" : "(see the next message)";
            message.put("content", texts.isEmpty() ? none : texts.getFirst().text());
        } else {
            ArrayNode documents = message.putArray("content");
            texts.forEach(text -> document(text, documents));
        }
        results++;
        if (!images.isEmpty()) {
            imagesOfResults.put(result.callId(), images);
        }
    }

    /** Images of tool results follow in a message of the user, the only role that may have them. */
    private void endResults() {
        ArrayNode content = Json.array();
        imagesOfResults.forEach((call, images) -> {
            if (results > 1) {
                content.addObject().put("type", "text").put("text", "(from the result of " + call + ")");
            }
            content.addAll(images);
        });
        if (!content.isEmpty()) {
            messages.addObject().put("role", "user").set("content", content);
        }
        imagesOfResults.clear();
        results = 0;
    }

    /** Several result parts of one call become documents, which can be cited separately. */
    private void document(ContentPart.Text text, ArrayNode documents) {
        dropCacheControl(text.cache());
        JsonNode tree = text.text().startsWith("{") ? Json.readOrNull(text.text()) : null;
        ObjectNode document = documents.addObject().put("type", "document").putObject("document");
        document.set("data", tree != null ? tree : Json.object().put("text", text.text()));
    }

    private void block(ContentPart part, ArrayNode content) {
        switch (part) {
            case ContentPart.Text text -> {
                dropCacheControl(text.cache());
                if (!text.citations().isEmpty()) {
                    dropped.dropped("messages.citations");
                }
                content.addObject().put("type", "text").put("text", text.text());
            }
            case ContentPart.Image image -> image(image, content);
            case ContentPart.Native nativePart -> dropped.block(nativePart, "block");
            case ContentPart.Audio audio ->
                throw CohereRequestEncoder.unsupported("messages.input_audio", "audio is not accepted");
            case ContentPart.Document document -> {
                if (!document.source().isText()) {
                    throw CohereRequestEncoder.unsupported("messages.file", "only text and images are accepted");
                }
                dropCacheControl(document.cache());
                content.addObject()
                        .put("type", "text")
                        .put("text", document.source().text());
            }
            case ContentPart.ToolCall call -> throw misplaced();
            case ContentPart.ToolResult result -> throw misplaced();
            case ContentPart.Refusal refusal -> throw misplaced();
            case ContentPart.Reasoning reasoning -> throw misplaced();
        }
    }

    private void image(ContentPart.Image image, ArrayNode content) {
        dropCacheControl(image.cache());
        String url = image.source().toUrl();
        if (url == null) {
            throw CohereRequestEncoder.unsupported("messages.image.file_id", "expected a URL or inline data");
        }
        ObjectNode imageUrl = content.addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", url);
        if ("original".equals(image.detail())) {
            imageUrl.put("detail", "high");
            dropped.adjusted("messages.image_url.detail", "high");
        } else if (image.detail() != null) {
            imageUrl.put("detail", image.detail());
        }
    }

    private void dropCacheControl(JsonNode mark) {
        if (mark != null) {
            dropped.dropped("messages.cache_control");
        }
    }

    /** A single text is written as a plain string. */
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
        return CohereRequestEncoder.unsupported("messages", "a content part that this role cannot have");
    }
}
