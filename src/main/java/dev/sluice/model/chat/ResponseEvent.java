package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import java.util.List;

/**
 * A piece of a streamed answer. At most one text, refusal or thought is open at a time: an event of another kind closes
 * it. Calls may be open side by side and their fragments may alternate; a call stays open until {@link ToolCallEnded}.
 */
public sealed interface ResponseEvent {

    /** First, and once. Parts may be null, {@code created} 0. */
    record Started(String id, String model, long created) implements ResponseEvent {

        public Started createdAt(long seconds) {
            return new Started(id, model, seconds);
        }
    }

    /** @param logprobs of the tokens of this text; empty when not asked for */
    record TextDelta(String text, List<JsonNode> logprobs) implements ResponseEvent {

        public static TextDelta of(String text) {
            return new TextDelta(text, List.of());
        }
    }

    /** Belongs to the open text; opens an empty one when none is open. */
    record CitationAdded(Citation citation) implements ResponseEvent {}

    record RefusalDelta(String text) implements ResponseEvent {}

    record ReasoningDelta(String text) implements ResponseEvent {}

    /** Seals the open thought and closes it; seals an empty one when none is open. */
    record ReasoningSigned(ContentPart.OpaqueReasoning opaque) implements ResponseEvent {}

    /** Closes the open text, refusal or thought, where the next of the same kind is another part. */
    record PartEnded() implements ResponseEvent {}

    /** @param call counts the answer's calls from 0, in the order they began */
    record ToolCallStarted(int call, String id, String name, String signature) implements ResponseEvent {}

    /** @param fragment of the arguments' JSON text */
    record ToolCallDelta(int call, String fragment) implements ResponseEvent {}

    record ToolCallEnded(int call) implements ResponseEvent {}

    /** A part that comes as one. */
    record NativePart(ContentPart.Native part) implements ResponseEvent {}

    /** What is known so far; later ones replace earlier ones. */
    record UsageReported(Usage usage) implements ResponseEvent {}

    /** The model has stopped; only usage may follow. */
    record Finished(FinishReason finishReason, String stopSequence) implements ResponseEvent {}
}
