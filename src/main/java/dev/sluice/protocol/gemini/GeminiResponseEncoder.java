package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CallArguments;
import java.util.ArrayList;
import java.util.List;

/** Encodes a complete response in Gemini's format, and the parts that streamed responses share with it. */
final class GeminiResponseEncoder {

    private GeminiResponseEncoder() {}

    static ObjectNode encode(ChatResponse response, ChatRequest request) {
        ArrayNode parts = Json.array();
        List<ContentPart.Reasoning> sealed = new ArrayList<>();
        List<Citation> citations = new ArrayList<>();
        boolean refused = false;
        boolean called = false;
        for (ContentPart part : response.parts()) {
            if (part instanceof ContentPart.Text text) {
                citations.addAll(text.citations());
            }
            if (part instanceof ContentPart.ToolCall call) {
                String signature = GeminiSignatures.ofCall(call.id(), call.signature(), sealed, !called);
                parts.add(call(call.id(), call.name(), call.arguments(), signature));
                called = true;
                sealed.clear();
            } else {
                add(part, parts, sealed);
            }
            refused |= part instanceof ContentPart.Refusal;
        }
        sealed.removeIf(reasoning -> reasoning.opaque() == null);
        if (!sealed.isEmpty()) {
            signLast(parts, sealed);
        }
        ObjectNode candidate = candidate(parts)
                .put("finishReason", GeminiMappings.finish(response.finishReason(), refused))
                .put("index", 0);
        if (!response.logprobs().isEmpty()) {
            candidate.set("logprobsResult", GeminiLogprobs.encode(response.logprobs()));
        }
        JsonNode grounding = grounding(citations);
        if (grounding != null) {
            candidate.set("groundingMetadata", grounding);
        }
        return envelope(candidate, response.usage(), response.model(), response.id(), request);
    }

    /** A candidate with these parts; without content when there are none. */
    static ObjectNode candidate(ArrayNode parts) {
        ObjectNode candidate = Json.object();
        if (!parts.isEmpty()) {
            candidate.putObject("content").<ObjectNode>set("parts", parts).put("role", "model");
        }
        return candidate;
    }

    /** The requested model is used when the provider named none. */
    static ObjectNode envelope(ObjectNode candidate, Usage usage, String model, String id, ChatRequest request) {
        ObjectNode body = Json.object();
        body.putArray("candidates").add(candidate);
        if (usage.known()) {
            body.set("usageMetadata", usage(usage));
        }
        body.put("modelVersion", model == null ? request.model() : model);
        if (id != null) {
            body.put("responseId", id);
        }
        return body;
    }

    static ObjectNode text(String text) {
        return Json.object().put("text", text);
    }

    static ObjectNode thought(String text) {
        return text(text).put("thought", true);
    }

    /** @param signature or null */
    static ObjectNode call(String id, String name, String arguments, String signature) {
        ObjectNode part = Json.object();
        ObjectNode call = part.putObject("functionCall");
        if (id != null) {
            call.put("id", id);
        }
        call.put("name", name).set("args", CallArguments.object(arguments));
        return signed(part, signature);
    }

    static ObjectNode signed(ObjectNode part, String signature) {
        return signature == null ? part : part.put("thoughtSignature", signature);
    }

    /** The sources of a response; null for none. */
    static JsonNode grounding(List<Citation> citations) {
        ArrayNode chunks = Json.array();
        for (Citation citation : citations) {
            if (citation.url() != null) {
                ObjectNode web = chunks.addObject().putObject("web").put("uri", citation.url());
                if (citation.title() != null) {
                    web.put("title", citation.title());
                }
            }
        }
        return chunks.isEmpty() ? null : Json.object().set("groundingChunks", chunks);
    }

    private static void add(ContentPart part, ArrayNode parts, List<ContentPart.Reasoning> sealed) {
        switch (part) {
            case ContentPart.Text text -> addText(text.text(), parts);
            case ContentPart.Refusal refusal -> addText(refusal.text(), parts);
            case ContentPart.Reasoning reasoning -> {
                if (!reasoning.text().isEmpty()) {
                    parts.add(thought(reasoning.text()));
                }
                if (reasoning.opaque() != null || !reasoning.text().isEmpty()) {
                    sealed.add(reasoning);
                }
            }
            case ContentPart.Native nativePart -> {
                if (nativePart.protocol().equals(GeminiProtocol.NAME)) {
                    parts.add(nativePart.block());
                }
            }
            case ContentPart.ToolCall call -> {}
            case ContentPart.Image image -> {}
            case ContentPart.Audio audio -> {}
            case ContentPart.Document document -> {}
            case ContentPart.ToolResult result -> {}
        }
    }

    private static void addText(String text, ArrayNode parts) {
        if (!text.isEmpty()) {
            parts.add(text(text));
        }
    }

    /** Without a call after it, reasoning is sealed in the last text, as Gemini signs it. */
    private static void signLast(ArrayNode parts, List<ContentPart.Reasoning> sealed) {
        JsonNode last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        boolean isText = last != null && last.has("text") && !last.has("thought");
        signed(isText ? (ObjectNode) last : parts.addObject().put("text", ""), GeminiSignatures.write(sealed));
    }

    private static ObjectNode usage(Usage usage) {
        long completion = Math.max(0, usage.completionTokens() - usage.reasoningTokens());
        ObjectNode written = Json.object()
                .put("promptTokenCount", usage.promptTokens())
                .put("candidatesTokenCount", completion)
                .put("totalTokenCount", usage.promptTokens() + usage.completionTokens());
        if (usage.cachedTokens() > 0) {
            written.put("cachedContentTokenCount", usage.cachedTokens());
        }
        if (usage.reasoningTokens() > 0) {
            written.put("thoughtsTokenCount", usage.reasoningTokens());
        }
        return written;
    }
}
