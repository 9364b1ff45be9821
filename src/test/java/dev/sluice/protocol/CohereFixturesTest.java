package dev.sluice.protocol;

/** Golden translations to and from {@code cohere-v2}. */
class CohereFixturesTest extends TranslationFixtures {

    CohereFixturesTest() {
        super(
                "cohere-v2",
                "anthropic-client-thinking",
                "anthropic-client-tools",
                "citations",
                "codex-code-mode",
                "codex-mcp",
                "codex-tool-search",
                "cut-stream",
                "error-in-message-end",
                "error-with-200",
                "length",
                "logprobs",
                "parallel-tools",
                "request-what-it-lacks",
                "responses-client-thinking",
                "responses-client-tools",
                "thinking-then-text",
                "tool-calls");
    }
}
