package dev.sluice.contract;

import dev.sluice.testkit.mock.MockProvider;
import java.util.Map;
import java.util.Set;

/**
 * One provider as it is configured.
 *
 * @param name of the row and of the provider
 * @param yaml of the provider but for its key, as one flow mapping's inside
 * @param model what it is asked for where {@code models} says nothing else
 * @param models by the name of a {@link Feature} or of a {@link Media}
 * @param thoughts the APIs through which its thoughts are seen; elsewhere they are only counted
 * @param responses whether it speaks Responses itself
 */
record Row(
        String name,
        String yaml,
        MockProvider mock,
        String model,
        Map<String, String> models,
        Set<String> thoughts,
        boolean responses) {

    String model(Feature feature) {
        String of = feature.name().replace("_STREAMED", "");
        return name + "/" + models.getOrDefault(of, model);
    }

    /** @return null when it has none for this */
    String model(Media media) {
        String model = models.get(media.name());
        return model == null ? null : name + "/" + model;
    }

    boolean showsThoughts(Api api) {
        return thoughts.contains(api.name());
    }

    /** The least tokens that may be asked for, at which the stand-ins stop after the first word. */
    int least(Api api) {
        return responses && api.name().equals("responses") ? 16 : 1;
    }
}
