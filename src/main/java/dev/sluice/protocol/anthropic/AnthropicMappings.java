package dev.sluice.protocol.anthropic;

import dev.sluice.model.chat.FinishReason;

/** Maps finish reasons to and from Anthropic's {@code stop_reason}. */
final class AnthropicMappings {

    private AnthropicMappings() {}

    /** An unknown or missing reason counts as {@link FinishReason#STOP}. */
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
     * @param called whether the response calls a tool: some providers report a plain stop then, but Anthropic clients
     *     run tools only on {@code tool_use}
     * @param refused whether the response has refusal text
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
