package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes output items and their parts for a client. */
final class ResponsesItemEncoder {

    static final String COMPLETED = "completed";
    static final String INCOMPLETE = "incomplete";
    static final String IN_PROGRESS = "in_progress";

    /** OpenAI rejects longer ids when an item is sent back. */
    private static final int MAX_BASE = 40;

    /** The common part of all ids of one response. */
    private final String base;

    /** @param providerId the provider's response id, or null */
    ResponsesItemEncoder(String providerId) {
        StringBuilder kept = new StringBuilder();
        String id = providerId == null ? "" : providerId.startsWith("resp_") ? providerId.substring(5) : providerId;
        for (int i = 0; i < id.length() && kept.length() < MAX_BASE; i++) {
            char c = id.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            kept.append(plain ? c : '_');
        }
        this.base = kept.isEmpty() ? "0" : kept.toString();
    }

    String responseId() {
        return "resp_" + base;
    }

    /** @param prefix {@code msg}, {@code fc}, {@code rs} and so on: OpenAI identifies the item type by it */
    String id(String prefix, int outputIndex) {
        return prefix + "_" + base + "_" + outputIndex;
    }

    static ObjectNode message(String id, String status, ArrayNode content) {
        ObjectNode item = Json.object()
                .put("type", "message")
                .put("id", id)
                .put("role", "assistant")
                .put("status", status);
        item.set("content", content);
        return item;
    }

    static ObjectNode text(String text, ArrayNode annotations, ArrayNode logprobs) {
        ObjectNode part = Json.object().put("type", "output_text").put("text", text);
        part.set("annotations", annotations);
        part.set("logprobs", logprobs);
        return part;
    }

    static ObjectNode refusal(String text) {
        return Json.object().put("type", "refusal").put("refusal", text);
    }

    static ObjectNode reasoning(String id, String text, ContentPart.OpaqueReasoning opaque) {
        ObjectNode item = openReasoning(id);
        if (!text.isEmpty()) {
            item.withArray("summary").add(summaryText(text));
        }
        String encrypted = EncryptedContent.write(text, opaque);
        return encrypted == null ? item : item.put("encrypted_content", encrypted);
    }

    /** The signature of a call, before the call: clients return reasoning items, but no unknown member of a call. */
    static ObjectNode signature(String id, String callId, String signature) {
        return openReasoning(id)
                .put("encrypted_content", ReasoningSeal.write("", ReasoningSeal.ofCall(callId, signature)));
    }

    /** An item that begins, without its text. */
    static ObjectNode openReasoning(String id) {
        ObjectNode item = Json.object().put("type", "reasoning").put("id", id);
        item.putArray("summary");
        return item;
    }

    static ObjectNode summaryText(String text) {
        return Json.object().put("type", "summary_text").put("text", text);
    }

    /** Null for a citation without an equivalent: of a document in the request, in another format. */
    static JsonNode annotation(Citation citation) {
        if (citation.protocol().equals(ResponsesProtocol.NAME)) {
            return citation.raw();
        }
        if (citation.url() == null) {
            return null;
        }
        return Json.object()
                .put("type", "url_citation")
                .put("url", citation.url())
                .put("title", citation.title() == null ? citation.url() : citation.title())
                .put("start_index", Math.max(0, citation.start()))
                .put("end_index", Math.max(0, citation.end()));
    }

    static ArrayNode annotations(List<Citation> citations) {
        ArrayNode annotations = Json.array();
        for (Citation citation : citations) {
            JsonNode annotation = annotation(citation);
            if (annotation != null) {
                annotations.add(annotation);
            }
        }
        return annotations;
    }

    static ArrayNode logprobs(List<JsonNode> logprobs) {
        ArrayNode written = Json.array();
        for (JsonNode logprob : logprobs) {
            JsonNode token = withBytes(logprob);
            token.path("top_logprobs").forEach(ResponsesItemEncoder::withBytes);
            written.add(token);
        }
        return written;
    }

    /** Chat Completions may leave the bytes of a token out, this format may not. */
    private static JsonNode withBytes(JsonNode token) {
        if (token instanceof ObjectNode node
                && !node.path("bytes").isArray()
                && node.path("token").isTextual()) {
            ArrayNode bytes = node.putArray("bytes");
            for (byte each : node.path("token").textValue().getBytes(StandardCharsets.UTF_8)) {
                bytes.add(each & 0xff);
            }
        }
        return token;
    }

    /** @param result base64, or null while the picture is in progress */
    static ObjectNode image(String id, String status, String result) {
        return Json.object()
                .put("id", id)
                .put("type", "image_generation_call")
                .put("status", status)
                .put("result", result);
    }
}
