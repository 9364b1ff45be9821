package dev.sluice.protocol;

/** What providers of OpenAI's format get from clients of Anthropic's, and what they get from them. */
class AnthropicClientFixturesTest extends TranslationFixtures {

    AnthropicClientFixturesTest() {
        super(
                "anthropic-messages+client",
                "content-filter",
                "cut-stream",
                "error-chunk",
                "interleaved-calls",
                "length",
                "reasoning-then-text",
                "refusal",
                "request-tools-conversation",
                "request-what-others-lack",
                "text");
    }
}
