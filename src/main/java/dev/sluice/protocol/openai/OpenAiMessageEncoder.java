package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.StableHash;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ReasoningSeal;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the messages of a conversation. */
final class OpenAiMessageEncoder {

    private final ChatVariant variant;
    private final boolean systemFirst;
    private final DroppedParameters dropped;
    /** The member that returns the text of reasoning, or null. */
    private final String reasoningMember;

    /** Whether the text of reasoning returns as a part of the content, as Mistral's models write it. */
    private final boolean thinkingParts;

    private final OpenAiContentEncoder content;
    private final ArrayNode messages = Json.array();
    /**
     * What is not text in the results of the last calls, by call. It follows in a user message after the last tool
     * message: tool messages carry text only, and must not be interrupted.
     */
    private final Map<String, List<ContentPart>> nonText = new LinkedHashMap<>();

    private int results;

    OpenAiMessageEncoder(UpstreamModel model, ChatVariant variant, DroppedParameters dropped) {
        this.variant = variant;
        this.systemFirst = variant.systemFirst() && !model.facts().has(Trait.SYSTEM_ANYWHERE);
        this.dropped = dropped;
        this.reasoningMember = ForeignChatReasoning.textMember(model);
        this.thinkingParts = variant.thinkingParts() && OpenAiRequestEncoder.mayReason(model.facts());
        this.content = new OpenAiContentEncoder(model, variant, dropped);
    }

    ArrayNode write(List<ChatMessage> conversation) {
        for (ChatMessage message : systemFirst ? SystemFirst.of(conversation, dropped) : conversation) {
            if (message.role() != Role.TOOL) {
                endResults();
            }
            switch (message.role()) {
                case SYSTEM -> plainMessage("system", message);
                case DEVELOPER -> plainMessage(variant.developerRole() ? "developer" : "system", message);
                case USER -> plainMessage("user", message);
                case ASSISTANT -> assistant(message);
                case TOOL -> results(message);
            }
        }
        endResults();
        if (variant.prefix() && endsWithAssistant()) {
            ((ObjectNode) messages.get(messages.size() - 1)).put("prefix", true);
        }
        return messages;
    }

    private boolean endsWithAssistant() {
        return !messages.isEmpty()
                && messages.get(messages.size() - 1).path("role").asText().equals("assistant");
    }

    private void plainMessage(String role, ChatMessage message) {
        ObjectNode written = messages.addObject().put("role", role);
        written.set("content", content.write(message.parts(), role.equals("user")));
        name(message, written);
    }

    private void name(ChatMessage message, ObjectNode written) {
        if (message.name() == null) {
            return;
        }
        if (variant.messageNames()) {
            written.put("name", message.name());
        } else {
            dropped.dropped("messages.name");
        }
    }

    private void assistant(ChatMessage message) {
        List<ContentPart> texts = new ArrayList<>();
        List<ContentPart.Reasoning> reasoningParts = new ArrayList<>();
        ArrayNode calls = Json.array();
        StringBuilder refusals = new StringBuilder();
        JsonNode audio = null;
        for (ContentPart part : message.parts()) {
            switch (part) {
                case ContentPart.Text text -> texts.add(text);
                case ContentPart.ToolCall call -> calls.add(call(call));
                case ContentPart.Reasoning reasoning -> reasoningParts.add(reasoning);
                case ContentPart.Refusal refusal -> refusals.append(refusal.text());
                case ContentPart.Native other -> {
                    if (!other.protocol().equals(ChatCompletionsProtocol.NAME)) {
                        dropped.block(other, "block");
                    } else if (other.block().has("audio")) {
                        audio = other.block().get("audio");
                    } else {
                        calls.add(other.block());
                    }
                }
                case ContentPart.Image image -> dropped.lost("messages.image");
                case ContentPart.Audio audioPart -> dropped.lost("messages.audio");
                case ContentPart.Document document -> dropped.lost("messages.document");
                case ContentPart.ToolResult result -> dropped.lost("messages.tool_result");
            }
        }
        reasoningParts.removeIf(reasoning -> isForeign(reasoning, message.parts()));
        boolean onlyReasoning = texts.isEmpty() && calls.isEmpty() && refusals.isEmpty() && audio == null;
        if (onlyReasoning && reasoningParts.isEmpty()) {
            return;
        }
        ObjectNode written = messages.addObject().put("role", "assistant");
        written.set("content", texts.isEmpty() && !onlyReasoning ? null : content.write(texts, false));
        name(message, written);
        if (!refusals.isEmpty()) {
            written.put("refusal", refusals.toString());
        }
        if (audio != null) {
            written.set("audio", audio);
        }
        reasoning(reasoningParts, !calls.isEmpty(), written);
        if (!calls.isEmpty()) {
            written.set("tool_calls", calls);
        }
    }

    private JsonNode call(ContentPart.ToolCall call) {
        if (call.cache() != null) {
            dropped.dropped("messages.cache_control");
        }
        ObjectNode written = OpenAiToolCalls.write(call);
        written.put("id", id(call.id()));
        if (call.signature() != null && !variant.thoughtSignatures()) {
            written.remove("extra_content");
            dropped.dropped("messages.thought_signature");
        }
        return written;
    }

    private void reasoning(List<ContentPart.Reasoning> reasoningParts, boolean calls, ObjectNode message) {
        StringBuilder text = new StringBuilder();
        ArrayNode details = Json.array();
        for (ContentPart.Reasoning reasoning : reasoningParts) {
            text.append(reasoning.text());
            if (reasoning.opaque() != null) {
                ReasoningDetails.write(reasoning, details.size(), details);
            }
        }
        // DeepSeek requires reasoning in every message with tool calls, and accepts an empty string where it is lost.
        if (thinkingParts && !text.isEmpty()) {
            message.set("content", thinkingFirst(text.toString(), message.get("content")));
        } else if (!text.isEmpty() || calls && variant.reasoningWithCalls()) {
            message.put(reasoningMember, text.toString());
        }
        if (!details.isEmpty()) {
            message.set("reasoning_details", details);
        }
    }

    private static ArrayNode thinkingFirst(String text, JsonNode content) {
        ArrayNode parts = Json.array();
        parts.addObject()
                .put("type", "thinking")
                .putArray("thinking")
                .addObject()
                .put("type", "text")
                .put("text", text);
        if (content.isArray()) {
            content.forEach(parts::add);
        } else if (content.isTextual() && !content.textValue().isEmpty()) {
            parts.addObject().put("type", "text").set("text", content);
        }
        return parts;
    }

    /** Signed reasoning is another provider's unless its signature is of this format; text without one may be own. */
    private boolean isForeign(ContentPart.Reasoning reasoning, List<ContentPart> message) {
        boolean taken = reasoning.opaque() == null
                ? (thinkingParts || reasoningMember != null)
                        && !ReasoningSeal.provesOther(message, ChatCompletionsProtocol.NAME)
                : variant.reasoningDetails() && reasoning.opaque().protocol().equals(ChatCompletionsProtocol.NAME);
        if (!taken) {
            dropped.dropped("messages.thinking");
        }
        return !taken;
    }

    private void results(ChatMessage message) {
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolResult result) {
                result(result);
            }
        }
    }

    private void result(ContentPart.ToolResult result) {
        List<ContentPart> texts = new ArrayList<>();
        List<ContentPart> others = new ArrayList<>();
        for (ContentPart part : result.content()) {
            switch (part) {
                case ContentPart.Text text -> texts.add(text);
                case ContentPart.Document document
                when document.source().isText() ->
                    texts.add(ContentPart.Text.of(document.source().text()));
                case ContentPart.Image image -> others.add(image);
                case ContentPart.Audio audio -> others.add(audio);
                case ContentPart.Document document -> others.add(document);
                case ContentPart.Native block ->
                    dropped.dropped("messages." + block.block().path("type").asText("block"));
                case ContentPart.Refusal refusal -> texts.add(ContentPart.Text.of(refusal.text()));
                case ContentPart.ToolCall call -> dropped.dropped("messages.tool_call");
                case ContentPart.ToolResult inner -> dropped.dropped("messages.tool_result");
                case ContentPart.Reasoning reasoning -> dropped.dropped("messages.thinking");
            }
        }
        results++;
        if (!others.isEmpty()) {
            nonText.put(result.callId(), others);
        }
        if (result.isError()) {
            texts.addFirst(ContentPart.Text.of("Error: "));
        }
        if (texts.isEmpty()) {
            texts.add(ContentPart.Text.of(others.isEmpty() ? "" : "(see the next message)"));
        }
        ObjectNode message = messages.addObject().put("role", "tool").put("tool_call_id", id(result.callId()));
        if (result.cache() != null && texts.getLast() instanceof ContentPart.Text last) {
            // Parts have it, tool messages have not.
            texts.set(texts.size() - 1, new ContentPart.Text(last.text(), last.citations(), result.cache()));
        }
        message.set("content", content.write(texts, false));
    }

    /** Writes the parts of tool results that are not text as a user message, the only role that may have images. */
    private void endResults() {
        List<ContentPart> parts = new ArrayList<>();
        nonText.forEach((call, others) -> {
            if (results > 1) {
                parts.add(ContentPart.Text.of("(from the result of " + id(call) + ")"));
            }
            parts.addAll(others);
        });
        if (!parts.isEmpty()) {
            messages.addObject().put("role", "user").set("content", content.write(parts, true));
        }
        nonText.clear();
        results = 0;
    }

    /** Mistral accepts only ids of nine letters and digits. Equal ids become equal short ids in calls and results. */
    private String id(String id) {
        if (!variant.shortCallIds() || id.matches("[A-Za-z0-9]{9}")) {
            return id;
        }
        long hash = StableHash.of(id);
        String digits = Long.toString(hash >>> 1, Character.MAX_RADIX);
        return ("000000000" + digits).substring(digits.length());
    }
}
