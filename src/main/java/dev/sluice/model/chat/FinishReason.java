package dev.sluice.model.chat;

/** Why the model stopped. */
public enum FinishReason {
    /** It was done, or met a stop sequence. */
    STOP,
    /** It met the limit on tokens. */
    LENGTH,
    /** It waits for results of tools. */
    TOOL_CALLS,
    /** It, or a filter, refused. */
    CONTENT_FILTER,
    /** A tool of the provider's takes long: the conversation goes on when the client sends the answer back. */
    PAUSE
}
