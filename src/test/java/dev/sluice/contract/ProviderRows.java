package dev.sluice.contract;

import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.AzureMock;
import dev.sluice.testkit.mock.BlackboxMock;
import dev.sluice.testkit.mock.CohereMock;
import dev.sluice.testkit.mock.DeepSeekMock;
import dev.sluice.testkit.mock.GeminiMock;
import dev.sluice.testkit.mock.GrokMock;
import dev.sluice.testkit.mock.GroqMock;
import dev.sluice.testkit.mock.MistralMock;
import dev.sluice.testkit.mock.MockProvider;
import dev.sluice.testkit.mock.OpenAiMock;
import dev.sluice.testkit.mock.OpenRouterMock;
import dev.sluice.testkit.mock.PerplexityMock;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The providers with their stand-ins and the models that support each feature. */
final class ProviderRows {

    private static final Set<String> EVERYWHERE = Set.of("chat", "responses", "messages");
    private static final String AZURE = "type: azure_openai, deployments: { gpt-4o: my-gpt4o, gpt-6-luna: my-gpt6,"
            + " gpt-5: my-gpt5, text-embedding-3-small: my-embed, gpt-image-2: my-image, tts-1: my-tts,"
            + " whisper-1: my-whisper }, base_url: \"%s\"";

    static List<ProviderRow> all(Vertx vertx) {
        AzureMock azure = AzureMock.open(vertx);
        return List.of(
                openai(vertx),
                azure("azure", azure, AZURE.formatted(azure.baseUrl()), Set.of("responses", "messages"), true),
                azure(
                        "azure-dated",
                        azure,
                        AZURE.formatted(azure.baseUrl()) + ", api_version: 2024-10-21",
                        Set.of(),
                        false),
                row("anthropic", "anthropic", AnthropicMock.open(vertx), "claude-sonnet-4-6", Map.of()),
                row(
                        "cohere",
                        "cohere",
                        CohereMock.open(vertx),
                        "command-a-03-2025",
                        Map.of(
                                "REASONING", "command-a-reasoning-08-2025",
                                "VISION", "command-a-plus-05-2026",
                                "EMBEDDINGS", "embed-v4.0",
                                "RERANK", "rerank-v3.5")),
                perplexity(vertx),
                grok(vertx),
                gemini(vertx),
                row(
                        "blackbox",
                        "blackbox",
                        BlackboxMock.open(vertx),
                        "blackboxai/openai/gpt-4",
                        Map.of(
                                "IMAGES", "blackboxai/black-forest-labs/flux-pro",
                                "VIDEOS", "blackboxai/google/veo-2")),
                openRouter(vertx),
                mistral(vertx),
                groq(vertx),
                row("deepseek", "deepseek", DeepSeekMock.open(vertx), "deepseek-flash", Map.of()),
                yamlAlone(vertx));
    }

    private static ProviderRow openai(Vertx vertx) {
        OpenAiMock mock = OpenAiMock.open(vertx);
        Map<String, String> models = Map.ofEntries(
                Map.entry("REASONING", "gpt-6-sol"),
                Map.entry("EMBEDDINGS", "text-embedding-3-small"),
                Map.entry("MODERATIONS", "omni-moderation-latest"),
                Map.entry("IMAGES", "gpt-image-2"),
                Map.entry("IMAGE_EDITS", "gpt-image-2"),
                Map.entry("SPEECH", "gpt-4o-mini-tts"),
                Map.entry("TRANSCRIPTIONS", "gpt-4o-transcribe"),
                Map.entry("FILES", ""));
        return new ProviderRow(
                "openai", typed("openai", mock), mock, "gpt-4o", models, Set.of("responses", "messages"), true);
    }

    private static ProviderRow azure(
            String name, MockProvider mock, String yaml, Set<String> thoughts, boolean responses) {
        Map<String, String> models = new HashMap<>(Map.of(
                "REASONING", "gpt-6-luna",
                "EMBEDDINGS", "text-embedding-3-small",
                "IMAGES", "gpt-image-2",
                "IMAGE_EDITS", "gpt-image-2",
                "SPEECH", "tts-1",
                "TRANSCRIPTIONS", "whisper-1"));
        if (responses) {
            // The dated version has no files below a deployment.
            models.put("FILES", "");
        }
        return new ProviderRow(name, yaml, mock, "gpt-4o", models, thoughts, responses);
    }

    private static ProviderRow grok(Vertx vertx) {
        GrokMock mock = GrokMock.open(vertx);
        Map<String, String> models = Map.of(
                "IMAGES", "grok-imagine-image",
                "IMAGE_EDITS", "grok-imagine-image",
                "FILES", "",
                "VIDEOS", "grok-imagine-video-1.5");
        return new ProviderRow("grok", typed("grok", mock), mock, "grok-4.7", models, EVERYWHERE, true);
    }

    private static ProviderRow gemini(Vertx vertx) {
        GeminiMock mock = GeminiMock.open(vertx);
        Map<String, String> models = Map.of("EMBEDDINGS", "gemini-embedding-001");
        return new ProviderRow(
                "gemini",
                typed("gemini", mock),
                mock,
                "gemini-3.8-flash",
                models,
                Set.of("responses", "messages"),
                false);
    }

    private static ProviderRow openRouter(Vertx vertx) {
        OpenRouterMock mock = OpenRouterMock.open(vertx);
        Map<String, String> models = Map.of(
                "EMBEDDINGS", "openai/text-embedding-3-small",
                "RERANK", "cohere/rerank-v3.5",
                "SPEECH", "openai/gpt-4o-mini-tts",
                "TRANSCRIPTIONS", "openai/gpt-4o-transcribe",
                "IMAGES", "google/gemini-3-image",
                "VIDEOS", "google/veo-3");
        return new ProviderRow(
                "openrouter", typed("openrouter", mock), mock, "anthropic/claude-sonnet-4.6", models, EVERYWHERE, true);
    }

    /** Reasoning is visible only in streams, and is no part of the response. */
    private static ProviderRow perplexity(Vertx vertx) {
        PerplexityMock mock = PerplexityMock.open(vertx);
        Map<String, String> models = Map.of("CITATIONS", "sonar", "EMBEDDINGS", "pplx-embed-v1-4b");
        return new ProviderRow(
                "perplexity", typed("perplexity", mock), mock, "perplexity/sonar", models, Set.of(), false);
    }

    private static ProviderRow groq(Vertx vertx) {
        GroqMock mock = GroqMock.open(vertx);
        Map<String, String> models = Map.of("VISION", "meta-llama/llama-4-scout", "TRANSCRIPTIONS", "whisper-large-v3");
        return new ProviderRow("groq", typed("groq", mock), mock, "openai/gpt-oss-120b", models, EVERYWHERE, true);
    }

    private static ProviderRow mistral(Vertx vertx) {
        MistralMock mock = MistralMock.open(vertx);
        Map<String, String> models = Map.of(
                "REASONING", "magistral-medium",
                "EMBEDDINGS", "mistral-embed",
                "MODERATIONS", "mistral-moderation-latest");
        String yaml = typed("mistral", mock).replaceFirst("\"$", "/v1\"");
        return new ProviderRow("mistral", yaml, mock, "mistral-large-4", models, EVERYWHERE, false);
    }

    /**
     * Of no type that Sluice knows: what it departs in from OpenAI is said in YAML, and it refuses what it does not
     * know.
     */
    private static ProviderRow yamlAlone(Vertx vertx) {
        MockProvider mock = MistralMock.open(vertx);
        String quirks =
                "quirks: { rename: { max_completion_tokens: max_tokens, seed: random_seed }, stream_usage: always,"
                        + " translate: true, drop: [user, safety_identifier, logprobs, top_logprobs, logit_bias, store,"
                        + " stream_options] }";
        String yaml = "type: openai_compatible, base_url: \"%s/v1\", %s".formatted(mock.baseUrl(), quirks);
        return new ProviderRow(
                "yaml-alone",
                yaml,
                mock,
                "mistral-large-4",
                Map.of("REASONING", "magistral-medium", "EMBEDDINGS", "mistral-embed"),
                EVERYWHERE,
                false);
    }

    private static ProviderRow row(
            String name, String type, MockProvider mock, String model, Map<String, String> models) {
        return new ProviderRow(name, typed(type, mock), mock, model, models, EVERYWHERE, false);
    }

    /** The stand-in's own root takes the place of the host. */
    private static String typed(String type, MockProvider mock) {
        return "type: %s, base_url: \"%s\"".formatted(type, mock.baseUrl());
    }

    private ProviderRows() {}
}
