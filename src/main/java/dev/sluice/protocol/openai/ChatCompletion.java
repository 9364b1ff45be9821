package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.Finish;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.json.Json;

/** Writes a whole answer as {@code chat.completion}. */
final class ChatCompletion {

    private final ChatAnswer answer;
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

    private ChatCompletion(ChatAnswer answer, ChatRequest request) {
        this.answer = answer;
        this.request = request;
    }

    static ByteSlice write(ChatAnswer answer, ChatRequest request) {
        return Json.bytes(new ChatCompletion(answer, request).write());
    }

    private ObjectNode write() {
        answer.parts().forEach(this::collect);
        OpenAiIdentity identity =
                OpenAiIdentity.of(answer.id(), answer.model(), answer.created(), "chatcmpl-", request);
        ObjectNode written = Json.object()
                .put("id", identity.id())
                .put("object", "chat.completion")
                .put("created", identity.created())
                .put("model", identity.model());
        ObjectNode choice = written.putArray("choices").addObject().put("index", 0);
        choice.set("message", message());
        choice.set("logprobs", answer.logprobs().isEmpty() ? null : OpenAiWords.logprobs(answer.logprobs()));
        boolean old = request.oldFunctions() && answer.finish() == Finish.TOOL_CALLS;
        choice.put("finish_reason", old ? "function_call" : OpenAiWords.finish(answer.finish()));
        if (answer.usage().known()) {
            written.set("usage", OpenAiUsage.write(answer.usage()));
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

    private void collect(Part part) {
        switch (part) {
            case Part.Text text -> {
                said = true;
                int start = content.length();
                content.append(text.text());
                for (Citation citation : text.citations()) {
                    JsonNode annotation = OpenAiWords.annotation(citation, start, content.length());
                    if (annotation != null) {
                        annotations.add(annotation);
                    }
                }
            }
            case Part.Refused refused -> refusal.append(refused.text());
            case Part.Thought thought -> {
                reasoning.append(thought.text());
                sealed |= thought.seal() != null;
                ReasoningDetails.write(thought, thoughts++, details);
            }
            case Part.ToolCall call -> calls.add(OpenAiCalls.write(call));
            case Part.Native other -> {
                if (other.dialect().equals(OpenAiChat.NAME) && other.block().has("custom")) {
                    calls.add(other.block());
                }
            }
            // No model answers with these.
            case Part.Image image -> {}
            case Part.Audio audio -> {}
            case Part.Document document -> {}
            case Part.ToolResult result -> {}
        }
    }
}
