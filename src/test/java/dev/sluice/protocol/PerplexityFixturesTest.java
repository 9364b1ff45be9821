package dev.sluice.protocol;

/** Golden translations to and from {@code perplexity-agent}. */
class PerplexityFixturesTest extends TranslationFixtures {

    PerplexityFixturesTest() {
        super(
                "perplexity-agent",
                "anthropic-client-text",
                "anthropic-client-tools",
                "codex-code-mode",
                "codex-mcp",
                "codex-tool-search",
                "cut-stream",
                "failed-in-the-stream",
                "failed-with-200",
                "incomplete",
                "messages-client-search",
                "parallel-tools",
                "request-what-it-lacks",
                "responses-client-text",
                "responses-client-tools",
                "search",
                "text-with-sources",
                "tool-calls");
    }
}
