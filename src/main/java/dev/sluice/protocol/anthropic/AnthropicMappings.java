package dev.sluice.protocol.anthropic;

import dev.sluice.model.chat.FinishReason;

/** Why an answer ended, in Anthropic's words. */
final class AnthropicMappings {

    private AnthropicMappings() {}

    /** A word that is not known, or none, counts as a plain stop. */
    static FinishReason read(String reason) {
        if (reason == null) {
            return FinishReason.STOP;
        }
        return switch (reason) {
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.CONTENT_FILTER;
            case "pause_turn" -> FinishReason.PAUSE;
            default -> FinishReason.STOP;
        };
    }

    /**
     * @param called whether the answer calls a tool: some providers call that a plain stop, but clients of Anthropic's
     *     run their tools by this word alone
     * @param refused whether the model said in words that it will not
     */
    static String write(FinishReason finishReason, String stopSequence, boolean called, boolean refused) {
        return switch (finishReason) {
            case STOP ->
                called ? "tool_use" : refused ? "refusal" : stopSequence != null ? "stop_sequence" : "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
            case PAUSE -> "pause_turn";
        };
    }
}
