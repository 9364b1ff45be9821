package dev.sluice.dialect;

/** What clients of OpenAI's format get from Anthropic, and what Anthropic gets from them. */
class AnthropicFixturesTest extends TranslationFixtures {

    AnthropicFixturesTest() {
        super(
                "anthropic-messages",
                "context-exceeded",
                "cut-stream",
                "error-with-200",
                "overloaded-in-the-stream",
                "parallel-tools",
                "pause",
                "refusal",
                "server-tool-with-citations",
                "stop-sequence",
                "text",
                "thinking-omitted-and-redacted",
                "thinking-then-text",
                "usage-repeated-at-the-end");
    }
}
