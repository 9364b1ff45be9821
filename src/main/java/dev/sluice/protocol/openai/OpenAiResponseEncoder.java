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
import dev.sluice.protocol.json.Json;

/** Writes a whole answer as {@code chat.completion}. */
final class OpenAiResponseEncoder {

    private final ChatResponse chatResponse;
    private final ChatRequest request;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode annotations = Json.array();
    private final ArrayNode details = Json.array();
    private final ArrayNode calls = Json.array();
    private boolean said;
    private boolean sealed;
    private int thoughts;

    private OpenAiResponseEncoder(ChatResponse chatResponse, ChatRequest request) {
        this.chatResponse = chatResponse;
        this.request = request;
    }

    static ByteSlice write(ChatResponse chatResponse, ChatRequest request) {
        return Json.bytes(new OpenAiResponseEncoder(chatResponse, request).write());
    }

    private ObjectNode write() {
        chatResponse.parts().forEach(this::collect);
        OpenAiResponseIdentity identity = OpenAiResponseIdentity.of(
                chatResponse.id(), chatResponse.model(), chatResponse.created(), "chatcmpl-", request);
        ObjectNode written = Json.object()
                .put("id", identity.id())
                .put("object", "chat.completion")
                .put("created", identity.created())
                .put("model", identity.model());
        ObjectNode choice = written.putArray("choices").addObject().put("index", 0);
        choice.set("message", message());
        choice.set(
                "logprobs",
                chatResponse.logprobs().isEmpty() ? null : OpenAiMappings.logprobs(chatResponse.logprobs()));
        boolean old = request.oldFunctions() && chatResponse.finishReason() == FinishReason.TOOL_CALLS;
        choice.put("finish_reason", old ? "function_call" : OpenAiMappings.finish(chatResponse.finishReason()));
        if (chatResponse.usage().known()) {
            written.set("usage", OpenAiUsage.write(chatResponse.usage()));
        }
        return written;
    }

    private ObjectNode message() {
        ObjectNode message = Json.object().put("role", "assistant");
        boolean silent = !said && (!calls.isEmpty() || !refusal.isEmpty());
        message.put("content", silent ? null : content.toString());
        message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
        if (!annotations.isEmpty()) {
            message.set("annotations", annotations);
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (sealed) {
            message.set("reasoning_details", details);
        }
        if (!calls.isEmpty() && request.oldFunctions()) {
            message.set("function_call", calls.get(0).get("function"));
        } else if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    private void collect(ContentPart part) {
        switch (part) {
            case ContentPart.Text text -> {
                said = true;
                int start = content.length();
                content.append(text.text());
                for (Citation citation : text.citations()) {
                    JsonNode annotation = OpenAiMappings.annotation(citation, start, content.length());
                    if (annotation != null) {
                        annotations.add(annotation);
                    }
                }
            }
            case ContentPart.Refused refused -> refusal.append(refused.text());
            case ContentPart.Thought thought -> {
                reasoning.append(thought.text());
                sealed |= thought.seal() != null;
                ReasoningDetails.write(thought, thoughts++, details);
            }
            case ContentPart.ToolCall call -> calls.add(OpenAiToolCalls.write(call));
            case ContentPart.Native other -> {
                if (other.dialect().equals(ChatCompletionsProtocol.NAME)
                        && other.block().has("custom")) {
                    calls.add(other.block());
                }
            }
            // No model answers with these.
            case ContentPart.Image image -> {}
            case ContentPart.Audio audio -> {}
            case ContentPart.Document document -> {}
            case ContentPart.ToolResult result -> {}
        }
    }
}
