package dev.sluice.protocol.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.model.ModelName;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Decodes one entry of a provider's model list. Each field has the same meaning at every provider, so one decoder reads
 * all of them. Field names of OpenAI, OpenRouter, Mistral, Groq, vLLM, Anthropic, Cohere and Gemini, 2026-11.
 */
final class ModelCard {

    private static final String GEMINI_PREFIX = "models/";

    private static final String[] CONTEXT = {
        "context_length", "context_window", "max_context_length", "max_model_len", "max_input_tokens", "inputTokenLimit"
    };

    /** In model lists Anthropic's {@code max_tokens} is the model's limit. */
    private static final String[] OUTPUT = {"max_completion_tokens", "max_tokens", "outputTokenLimit"};

    private ModelCard() {}

    /** @return null when the model cannot be requested: no valid name, inactive (Groq) or retired (Anthropic) */
    static ListedModel read(JsonNode item) {
        String id = id(item);
        boolean unavailable =
                item.path("active").isBoolean() && !item.path("active").booleanValue()
                        || "retired".equals(Json.textAt(item, "lifecycle"));
        if (id == null || unavailable || !ModelName.isValid(id)) {
            return null;
        }
        ModelFacts facts = new ModelFacts(
                firstCount(item, CONTEXT),
                output(item),
                Set.of(),
                inputs(item),
                modalities(item.path("architecture").path("output_modalities")),
                ListedPrices.read(item.path("pricing")));
        return new ListedModel(id, name(item, id), created(item), deprecated(item), facts, surfaces(item, id));
    }

    /** Gemini's names are paths ({@code models/…}), also in its OpenAI-compatible API. */
    private static String id(JsonNode item) {
        String id = Json.textAt(item, "id");
        boolean path = id == null || "google".equals(Json.textAt(item, "owned_by"));
        String name = id == null ? Json.textAt(item, "name") : id;
        return name != null && path && name.startsWith(GEMINI_PREFIX) ? name.substring(GEMINI_PREFIX.length()) : name;
    }

    private static String name(JsonNode item, String id) {
        for (String member : new String[] {"display_name", "displayName", "name"}) {
            String name = Json.textAt(item, member);
            if (name != null && !name.isBlank() && !name.equals(id) && !name.equals(GEMINI_PREFIX + id)) {
                return name;
            }
        }
        return null;
    }

    private static long created(JsonNode item) {
        String date = Json.textAt(item, "created_at");
        if (date == null) {
            return Json.countAt(item, "created");
        }
        try {
            return Math.max(0, Instant.parse(date).getEpochSecond());
        } catch (DateTimeException notADate) {
            return 0;
        }
    }

    /** Anthropic, then Cohere. */
    private static boolean deprecated(JsonNode item) {
        return "deprecated".equals(Json.textAt(item, "lifecycle"))
                || item.path("is_deprecated").booleanValue();
    }

    private static long output(JsonNode item) {
        long ofTopProvider = Json.countAt(item.path("top_provider"), "max_completion_tokens");
        return ofTopProvider == 0 ? firstCount(item, OUTPUT) : ofTopProvider;
    }

    private static long firstCount(JsonNode item, String[] members) {
        for (String member : members) {
            long count = Json.countAt(item, member);
            if (count > 0) {
                return count;
            }
        }
        return 0;
    }

    private static Set<Modality> inputs(JsonNode item) {
        return item.path("capabilities").path("vision").booleanValue()
                ? EnumSet.of(Modality.TEXT, Modality.IMAGE)
                : modalities(item.path("architecture").path("input_modalities"));
    }

    private static Set<Modality> modalities(JsonNode names) {
        Set<Modality> modalities = EnumSet.noneOf(Modality.class);
        for (JsonNode name : names) {
            switch (name.asText()) {
                case "text" -> modalities.add(Modality.TEXT);
                case "image" -> modalities.add(Modality.IMAGE);
                case "audio" -> modalities.add(Modality.AUDIO);
                case "video" -> modalities.add(Modality.VIDEO);
                case "file" -> modalities.add(Modality.DOCUMENT);
                case "embeddings" -> modalities.add(Modality.EMBEDDING);
                default -> {}
            }
        }
        return modalities;
    }

    /** Cohere lists endpoints, Gemini methods, Mistral a chat capability. */
    private static Set<Surface> surfaces(JsonNode item, String id) {
        Set<Surface> surfaces = EnumSet.noneOf(Surface.class);
        item.path("endpoints").forEach(endpoint -> surfaces.addAll(purpose(endpoint.asText())));
        item.path("supportedGenerationMethods").forEach(method -> surfaces.addAll(purpose(method.asText())));
        JsonNode completionChat = item.path("capabilities").path("completion_chat");
        if (completionChat.isBoolean()) {
            surfaces.addAll(ServedSurfaces.named(id));
            if (completionChat.booleanValue()) {
                surfaces.addAll(ServedSurfaces.CONVERSATION);
            }
            return surfaces;
        }
        return surfaces.isEmpty() ? null : surfaces;
    }

    private static Set<Surface> purpose(String name) {
        return switch (name) {
            case "chat", "generateContent" -> ServedSurfaces.CONVERSATION;
            case "embed", "embedContent" -> Set.of(Surface.EMBEDDINGS);
            case "rerank" -> Set.of(Surface.RERANK);
            case "predict" -> Set.of(Surface.IMAGES);
            case "predictLongRunning" -> Set.of(Surface.VIDEOS);
            default -> Set.of();
        };
    }
}
