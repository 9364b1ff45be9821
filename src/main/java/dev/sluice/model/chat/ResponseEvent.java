package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Usage;
import java.util.List;

/**
 * An event of a streamed response. At most one text, refusal or reasoning part is open at a time: an event of another
 * kind closes it. Several tool calls may be open and their fragments may alternate; a call stays open until
 * {@link ToolCallEnded}.
 */
public sealed interface ResponseEvent {

    /** The first event, sent once. {@code id} and {@code model} may be null, {@code created} 0. */
    record Started(String id, String model, long created) implements ResponseEvent {}

    /** @param logprobs of the tokens of this text; empty when not requested */
    record TextDelta(String text, List<JsonNode> logprobs) implements ResponseEvent {

        public static TextDelta of(String text) {
            return new TextDelta(text, List.of());
        }
    }

    /** Belongs to the open text; opens an empty one when none is open. */
    record CitationAdded(Citation citation) implements ResponseEvent {}

    record RefusalDelta(String text) implements ResponseEvent {}

    record ReasoningDelta(String text) implements ResponseEvent {}

    /** Signs and closes the open reasoning; opens an empty one when none is open. */
    record ReasoningSigned(ContentPart.OpaqueReasoning opaque) implements ResponseEvent {}

    /** Closes the open text, refusal or reasoning when the next event of the same kind starts another part. */
    record PartEnded() implements ResponseEvent {}

    /** @param call index of the call in the response, from 0 */
    record ToolCallStarted(int call, String id, String name, String signature) implements ResponseEvent {}

    /** @param fragment of the arguments' JSON text */
    record ToolCallDelta(int call, String fragment) implements ResponseEvent {}

    record ToolCallEnded(int call) implements ResponseEvent {}

    /** A native part, which is not split into deltas. */
    record NativePart(ContentPart.Native part) implements ResponseEvent {}

    /** The usage known so far; later events replace earlier ones. */
    record UsageReported(Usage usage) implements ResponseEvent {}

    /** The model has stopped; only {@link UsageReported} may follow. */
    record Finished(FinishReason finishReason, String stopSequence) implements ResponseEvent {}
}
