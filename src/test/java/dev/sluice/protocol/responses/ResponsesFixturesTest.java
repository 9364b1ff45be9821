package dev.sluice.protocol.responses;

import dev.sluice.protocol.TranslationFixtures;

/**
 * This format as the provider's, as the client's ({@code over-…}), and as both: decoded and encoded, although bytes
 * would pass through otherwise.
 */
class ResponsesFixturesTest extends TranslationFixtures {

    ResponsesFixturesTest() {
        super(
                "openai-responses",
                "chat-custom-tool",
                "chat-failed",
                "chat-reasoning-parallel-tools",
                "chat-refused",
                "chat-several-choices",
                "chat-whole-calls",
                "content-filter",
                "cut-stream",
                "error-event",
                "failed-status",
                "messages-client-search",
                "over-anthropic-thinking-tools",
                "over-chat-codex-code-mode",
                "over-chat-codex-mcp",
                "over-chat-codex-tool-search",
                "over-chat-cut-stream",
                "over-chat-length",
                "over-chat-reasoning-parallel-tools",
                "plain",
                "raw-reasoning-cut-short",
                "reasoning-text-parallel-tools",
                "refuse-background",
                "refuse-conversation",
                "refuse-item-reference",
                "refuse-stored-prompt",
                "refuse-stored-response",
                "refused",
                "whole-calls");
    }
}
