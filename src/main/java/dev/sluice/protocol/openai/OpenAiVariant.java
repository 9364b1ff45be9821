package dev.sluice.protocol.openai;

import java.util.Map;
import java.util.Set;

/**
 * What a provider of OpenAI's format takes in a conversation beyond or short of the reference, by its type in the
 * catalogue. Top-level parameters are the quirks' business; this is what they cannot say.
 *
 * @param developer whether the role {@code developer} is known; else such turns are the system's
 * @param partLists whether every message may have a list of parts; else lists of texts are joined
 * @param newMaxTokens whether {@code max_completion_tokens} is known; {@code max_tokens} is known to all others
 * @param cacheMarks whether {@code cache_control} may stand on parts and tools
 * @param names whether messages may name their speaker
 * @param reasoning the member by which an assistant's message gives reasoning back, or null
 * @param extras parameters known beyond the reference
 * @param efforts values of {@code reasoning_effort} that are called otherwise here
 */
record OpenAiVariant(
        boolean developer,
        boolean partLists,
        boolean newMaxTokens,
        boolean cacheMarks,
        boolean names,
        String reasoning,
        Set<String> extras,
        Map<String, String> efforts) {

    private static final Map<String, String> UP_TO_HIGH = Map.of("minimal", "low", "xhigh", "high", "max", "high");

    private static final OpenAiVariant OPENAI =
            new OpenAiVariant(true, true, true, false, true, null, Set.of(), Map.of());
    private static final OpenAiVariant OTHER =
            new OpenAiVariant(false, false, false, false, true, null, Set.of(), Map.of());

    static OpenAiVariant of(String type) {
        return switch (type) {
            case "openai", "azure_openai" -> OPENAI;
            case "grok" ->
                new OpenAiVariant(
                        false, false, true, false, true, null, Set.of(), Map.of("minimal", "low", "max", "xhigh"));
            case "groq" -> new OpenAiVariant(false, false, true, false, false, null, Set.of(), UP_TO_HIGH);
            case "openrouter" ->
                new OpenAiVariant(
                        false,
                        true,
                        false,
                        true,
                        true,
                        "reasoning",
                        Set.of(
                                "cache_control",
                                "top_k",
                                "min_p",
                                "top_a",
                                "repetition_penalty",
                                "models",
                                "provider",
                                "plugins",
                                "session_id",
                                "trace"),
                        Map.of());
            case "mistral" ->
                new OpenAiVariant(false, true, false, false, true, null, Set.of("safe_prompt"), Map.of("max", "xhigh"));
            case "deepseek" ->
                new OpenAiVariant(
                        false,
                        false,
                        false,
                        false,
                        true,
                        "reasoning_content",
                        Set.of(),
                        Map.of("minimal", "low", "medium", "high", "xhigh", "max"));
            case "gemini" -> new OpenAiVariant(false, true, false, false, true, null, Set.of(), UP_TO_HIGH);
            case "ollama" ->
                new OpenAiVariant(
                        false,
                        false,
                        false,
                        false,
                        true,
                        "reasoning",
                        Set.of(),
                        Map.of("minimal", "low", "xhigh", "max"));
            case "vllm" ->
                new OpenAiVariant(
                        false,
                        false,
                        false,
                        false,
                        true,
                        "reasoning",
                        Set.of("top_k", "min_p", "repetition_penalty"),
                        Map.of());
            default -> OTHER;
        };
    }
}
