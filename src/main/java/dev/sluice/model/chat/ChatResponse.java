package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import java.util.List;

/**
 * A complete response: the model's message, its finish reason and usage.
 *
 * @param id the provider's, or null
 * @param model as the provider named it, or null
 * @param created seconds since 1970, or 0 when not reported
 * @param parts in order: reasoning, text, tool calls
 * @param stopSequence the stop sequence reached, or null
 * @param logprobs one element for each token, as in OpenAI's {@code logprobs.content}; empty when not requested
 */
public record ChatResponse(
        String id,
        String model,
        long created,
        List<ContentPart> parts,
        FinishReason finishReason,
        String stopSequence,
        List<JsonNode> logprobs,
        Usage usage) {

    /** This response, with the given creation time if the provider reported none. */
    public ChatResponse withCreated(long now) {
        return created != 0
                ? this
                : new ChatResponse(id, model, now, parts, finishReason, stopSequence, logprobs, usage);
    }

    public ChatResponse withId(String other) {
        return new ChatResponse(other, model, created, parts, finishReason, stopSequence, logprobs, usage);
    }

    public ChatResponse withParts(List<ContentPart> others) {
        return new ChatResponse(id, model, created, others, finishReason, stopSequence, logprobs, usage);
    }

    /** Without content, which must not be logged. */
    @Override
    public String toString() {
        return model + " " + finishReason + " " + parts.size() + " parts";
    }
}
