package dev.sluice.protocol.gemini;

import dev.sluice.protocol.TranslationFixtures;

/** Golden translations between clients of Chat Completions and Gemini. */
class GeminiFixturesTest extends TranslationFixtures {

    GeminiFixturesTest() {
        super(
                "gemini",
                "text",
                "codex-code-mode",
                "codex-mcp",
                "codex-tool-search",
                "anthropic-client-parallel-calls",
                "anthropic-client-thoughts",
                "responses-client-parallel-calls",
                "responses-client-search",
                "responses-client-thoughts",
                "parallel-calls",
                "thoughts",
                "max-tokens",
                "messages-client-search",
                "safety",
                "grounding",
                "native-part",
                "blocked-prompt",
                "malformed-call",
                "truncated",
                "error-after-200",
                "quota",
                "wrong-key");
    }
}
