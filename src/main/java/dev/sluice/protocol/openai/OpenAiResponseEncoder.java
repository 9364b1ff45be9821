package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.codec.GeneratedImage;
import dev.sluice.protocol.json.Json;

/** Writes a complete response as {@code chat.completion}. */
final class OpenAiResponseEncoder {

    private final ChatResponse response;
    private final ChatRequest request;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode images = Json.array();
    private final ArrayNode annotations = Json.array();
    private final ArrayNode details = Json.array();
    private final ArrayNode calls = Json.array();
    private boolean hasText;
    private boolean hasOpaque;
    private int reasoningParts;

    private OpenAiResponseEncoder(ChatResponse response, ChatRequest request) {
        this.response = response;
        this.request = request;
    }

    static ByteSlice write(ChatResponse response, ChatRequest request) {
        return Json.bytes(new OpenAiResponseEncoder(response, request).write());
    }

    private ObjectNode write() {
        response.parts().forEach(this::collect);
        OpenAiResponseIdentity identity =
                OpenAiResponseIdentity.of(response.id(), response.model(), response.created(), "chatcmpl-", request);
        ObjectNode written = Json.object()
                .put("id", identity.id())
                .put("object", "chat.completion")
                .put("created", identity.created())
                .put("model", identity.model());
        ObjectNode choice = written.putArray("choices").addObject().put("index", 0);
        choice.set("message", message());
        choice.set("logprobs", response.logprobs().isEmpty() ? null : OpenAiMappings.logprobs(response.logprobs()));
        boolean legacy = request.legacyFunctions() && response.finishReason() == FinishReason.TOOL_CALLS;
        choice.put("finish_reason", legacy ? "function_call" : OpenAiMappings.finish(response.finishReason()));
        if (response.usage().known()) {
            written.set("usage", OpenAiUsage.write(response.usage()));
        }
        return written;
    }

    private ObjectNode message() {
        ObjectNode message = Json.object().put("role", "assistant");
        boolean withoutContent = !hasText && (!calls.isEmpty() || !refusal.isEmpty());
        message.put("content", withoutContent ? null : content.toString());
        message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
        if (!images.isEmpty()) {
            message.set("images", images);
        }
        if (!annotations.isEmpty()) {
            message.set("annotations", annotations);
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (hasOpaque) {
            message.set("reasoning_details", details);
        }
        if (!calls.isEmpty() && request.legacyFunctions()) {
            message.set("function_call", calls.get(0).get("function"));
        } else if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    private void collect(ContentPart part) {
        switch (part) {
            case ContentPart.Text text -> {
                hasText = true;
                int start = content.length();
                content.append(text.text());
                for (Citation citation : text.citations()) {
                    JsonNode annotation = OpenAiMappings.annotation(citation, start, content.length());
                    if (annotation != null) {
                        annotations.add(annotation);
                    }
                }
            }
            case ContentPart.Refusal refused -> refusal.append(refused.text());
            case ContentPart.Reasoning thinking -> {
                reasoning.append(thinking.text());
                hasOpaque |= thinking.opaque() != null;
                ReasoningDetails.write(thinking, reasoningParts++, details);
            }
            case ContentPart.ToolCall call ->
                calls.add(
                        OpenAiCustomTools.isCustom(request, call.name())
                                ? OpenAiCustomTools.write(call)
                                : OpenAiToolCalls.write(call));
            case ContentPart.Native other -> {
                if (other.protocol().equals(ChatCompletionsProtocol.NAME)
                        && other.block().has("custom")) {
                    calls.add(other.block());
                }
                ContentPart.Source image = GeneratedImage.of(other);
                if (image != null) {
                    images.add(OpenAiMappings.image(image, images.size()));
                }
            }
            // Models do not return these.
            case ContentPart.Image image -> {}
            case ContentPart.Audio audio -> {}
            case ContentPart.Document document -> {}
            case ContentPart.ToolResult result -> {}
        }
    }
}
