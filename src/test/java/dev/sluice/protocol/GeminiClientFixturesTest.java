package dev.sluice.protocol;

/** Golden translations between clients of Gemini's format and other providers. */
class GeminiClientFixturesTest extends TranslationFixtures {

    GeminiClientFixturesTest() {
        super(
                "gemini+client",
                "anthropic-thinking",
                "content-filter",
                "cut-stream",
                "interleaved-calls",
                "length",
                "openai-reasoning-parallel-tools",
                "reasoning-then-text",
                "refusal",
                "request-in-snake-case",
                "request-result-without-call-refused",
                "request-stored-file-refused",
                "request-tools-conversation",
                "text");
    }
}
