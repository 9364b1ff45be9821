package dev.sluice.protocol;

/** Golden translations between clients of Anthropic's format and providers of OpenAI's. */
class AnthropicClientFixturesTest extends TranslationFixtures {

    AnthropicClientFixturesTest() {
        super(
                "anthropic-messages+client",
                "content-filter",
                "cut-stream",
                "error-chunk",
                "interleaved-calls",
                "length",
                "long-tool-names",
                "reasoning-then-text",
                "refusal",
                "request-tools-conversation",
                "request-what-others-lack",
                "text");
    }
}
