package dev.sluice.protocol;

/** Golden translations between clients of OpenAI's format and Anthropic. */
class AnthropicFixturesTest extends TranslationFixtures {

    AnthropicFixturesTest() {
        super(
                "anthropic-messages",
                "chat-custom-tool",
                "codex-code-mode",
                "codex-mcp",
                "codex-tool-search",
                "context-exceeded",
                "cut-stream",
                "error-with-200",
                "overloaded-in-the-stream",
                "parallel-tools",
                "pause",
                "refusal",
                "request-effort-as-budget",
                "request-images-and-files",
                "request-json-object",
                "request-json-schema-and-effort",
                "request-prefill-refused",
                "request-sampling-refused",
                "request-several-choices-refused",
                "request-tools-conversation",
                "responses-client-search",
                "server-tool-with-citations",
                "stop-sequence",
                "text",
                "thinking-omitted-and-redacted",
                "thinking-then-text",
                "usage-repeated-at-the-end");
    }
}
