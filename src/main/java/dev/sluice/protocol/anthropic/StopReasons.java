package dev.sluice.protocol.anthropic;

import dev.sluice.model.chat.Finish;

/** Why an answer ended, in Anthropic's words. */
final class StopReasons {

    private StopReasons() {}

    /** A word that is not known, or none, counts as a plain stop. */
    static Finish read(String reason) {
        if (reason == null) {
            return Finish.STOP;
        }
        return switch (reason) {
            case "max_tokens", "model_context_window_exceeded" -> Finish.LENGTH;
            case "tool_use" -> Finish.TOOL_CALLS;
            case "refusal" -> Finish.CONTENT_FILTER;
            case "pause_turn" -> Finish.PAUSE;
            default -> Finish.STOP;
        };
    }

    /**
     * @param called whether the answer calls a tool: some providers call that a plain stop, but clients of Anthropic's
     *     run their tools by this word alone
     * @param refused whether the model said in words that it will not
     */
    static String write(Finish finish, String stopSequence, boolean called, boolean refused) {
        return switch (finish) {
            case STOP ->
                called ? "tool_use" : refused ? "refusal" : stopSequence != null ? "stop_sequence" : "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
            case PAUSE -> "pause_turn";
        };
    }
}
