package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import java.util.List;

/**
 * A whole answer.
 *
 * @param id the provider's, or null
 * @param model as the provider named it, or null
 * @param created seconds since 1970, or 0 when the provider did not say
 * @param parts in their order: thoughts, texts, calls
 * @param stopSequence the one that was met, or null
 * @param logprobs one element for each token, as in OpenAI's {@code logprobs.content}; empty when not asked for
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

    /** The same answer, made now where the provider did not say when. */
    public ChatResponse dated(long now) {
        return created != 0
                ? this
                : new ChatResponse(id, model, now, parts, finishReason, stopSequence, logprobs, usage);
    }

    /** Never what was said. */
    @Override
    public String toString() {
        return model + " " + finishReason + " " + parts.size() + " parts";
    }
}
