package dev.sluice.protocol;

/** OpenAI's formats translated through the chat model, although both sides speak one of them. */
class OpenAiTranslationTest extends TranslationFixtures {

    OpenAiTranslationTest() {
        super(
                "openai-chat+translated",
                "allowed-tools",
                "azure-filtered",
                "blackbox-none",
                "calls-side-by-side",
                "completions",
                "completions-suffix",
                "completions-tokens",
                "custom-tool",
                "cut-stream",
                "deepseek-capacity",
                "deepseek-thinking",
                "error-200",
                "everything",
                "gemini-same-index",
                "groq-error",
                "logprobs",
                "marker-owed",
                "mistral-thinking",
                "named-error-event",
                "no-name",
                "old-functions",
                "ollama-picture",
                "openrouter-details",
                "openrouter-error-chunk",
                "refusal",
                "tool-call",
                "two-choices",
                "wrong-role",
                "wrong-url",
                "xai-whole-call");
    }
}
