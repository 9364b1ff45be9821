package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.json.Json;
import java.util.List;

/**
 * Values that complete responses and chunks of Chat Completions and Completions share: finish reasons, annotations, log
 * probabilities.
 */
final class OpenAiMappings {

    private OpenAiMappings() {}

    static String finish(FinishReason finishReason) {
        return switch (finishReason) {
            case STOP, PAUSE -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    /**
     * A {@code url_citation}, or null for a citation without a URL.
     *
     * @param start of the cited part in the content
     * @param end of the part as far as it is known, for citations without positions
     */
    static ObjectNode annotation(Citation citation, int start, int end) {
        if (citation.url() == null) {
            return null;
        }
        ObjectNode annotation = Json.object().put("type", "url_citation");
        annotation
                .putObject("url_citation")
                .put("url", citation.url())
                .put("title", citation.title() == null ? citation.url() : citation.title())
                .put("start_index", citation.start() < 0 ? start : start + citation.start())
                .put("end_index", citation.end() < 0 ? end : start + citation.end());
        return annotation;
    }

    static ObjectNode logprobs(List<JsonNode> tokens) {
        ObjectNode logprobs = Json.object();
        logprobs.putArray("content").addAll(tokens);
        logprobs.putNull("refusal");
        return logprobs;
    }

    /** A picture of a response, as OpenRouter writes it: OpenAI's own format has none. */
    static ObjectNode image(ContentPart.Source image, int index) {
        ObjectNode written = Json.object().put("type", "image_url").put("index", index);
        written.putObject("image_url").put("url", image.toUrl());
        return written;
    }
}
