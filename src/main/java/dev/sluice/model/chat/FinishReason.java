package dev.sluice.model.chat;

/** Why the model stopped. */
public enum FinishReason {
    /** The response is complete, or a stop sequence was reached. */
    STOP,
    /** The token limit was reached. */
    LENGTH,
    /** The model called tools and waits for their results. */
    TOOL_CALLS,
    /** The model refused, or a content filter stopped it. */
    CONTENT_FILTER,
    /** A provider's tool is still running: the client continues by sending the response back. */
    PAUSE
}
