package dev.sluice.protocol.models;

import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The surfaces that serve a model: those that its provider offers and that fit the model's purpose. The purpose is
 * taken from the provider's list, from the model's name, or from its output modalities; otherwise the model is
 * conversational.
 */
public final class ServedSurfaces {

    static final Set<Surface> CONVERSATION = Set.of(
            Surface.CHAT_COMPLETIONS, Surface.COMPLETIONS, Surface.RESPONSES, Surface.MESSAGES, Surface.GENERATE);

    /** Name parts of models that are not conversational; the first match counts. */
    private static final List<Map.Entry<String, Set<Surface>>> NAME_PARTS = List.of(
            Map.entry("embed", Set.of(Surface.EMBEDDINGS)),
            Map.entry("rerank", Set.of(Surface.RERANK)),
            Map.entry("moderation", Set.of(Surface.MODERATIONS)),
            Map.entry("whisper", Set.of(Surface.TRANSCRIPTIONS, Surface.TRANSLATIONS)),
            Map.entry("transcribe", Set.of(Surface.TRANSCRIPTIONS)),
            Map.entry("tts", Set.of(Surface.SPEECH)),
            Map.entry("realtime", Set.of(Surface.REALTIME)),
            Map.entry("sora", Set.of(Surface.VIDEOS)),
            Map.entry("imagine-video", Set.of(Surface.VIDEOS)),
            Map.entry("gpt-image", Set.of(Surface.IMAGES, Surface.IMAGE_EDITS)),
            Map.entry("imagine-image", Set.of(Surface.IMAGES, Surface.IMAGE_EDITS)),
            Map.entry("dall-e", Set.of(Surface.IMAGES, Surface.IMAGE_EDITS)),
            Map.entry("imagen", Set.of(Surface.IMAGES)));

    private ServedSurfaces() {}

    /**
     * @param model with all known facts
     * @return empty when the provider has no endpoint for it
     */
    public static Set<Surface> of(ProviderSettings provider, ListedModel model) {
        Set<Surface> surfaces = EnumSet.noneOf(Surface.class);
        surfaces.addAll(Protocols.availableSurfaces(provider, model.id()));
        surfaces.retainAll(model.surfaces() == null ? purposes(model) : model.surfaces());
        // The path of a hosted provider takes its legacy models only (OpenAI, Azure); translated, it takes any.
        boolean legacy = provider.type().keyRequired() && provider.pathFor(Surface.COMPLETIONS, model.id()) != null;
        if (legacy && !model.id().contains("instruct")) {
            surfaces.remove(Surface.COMPLETIONS);
        }
        return surfaces;
    }

    private static Set<Surface> purposes(ListedModel model) {
        Set<Surface> named = named(model.id());
        Set<Modality> outputs = model.facts().outputs();
        if (!named.isEmpty() || outputs.isEmpty()) {
            return named.isEmpty() ? CONVERSATION : named;
        }
        Set<Surface> purposes = EnumSet.noneOf(Surface.class);
        for (Modality output : outputs) {
            switch (output) {
                case TEXT -> purposes.addAll(CONVERSATION);
                case IMAGE -> purposes.addAll(Set.of(Surface.IMAGES, Surface.IMAGE_EDITS));
                case VIDEO -> purposes.add(Surface.VIDEOS);
                case EMBEDDING -> purposes.add(Surface.EMBEDDINGS);
                case AUDIO -> purposes.add(Surface.SPEECH);
                case DOCUMENT -> {}
            }
        }
        if (outputs.contains(Modality.TEXT)) {
            // A conversational model with audio output does not serve /v1/audio/speech.
            purposes.remove(Surface.SPEECH);
        }
        return purposes;
    }

    /** The surfaces implied by the model's name; empty for none. */
    static Set<Surface> named(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, Set<Surface>> word : NAME_PARTS) {
            if (name.contains(word.getKey())) {
                return word.getValue();
            }
        }
        return Set.of();
    }
}
