package dev.sluice.contract;

import dev.sluice.testkit.mock.MockProvider;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of one provider.
 *
 * @param name name of the row and of the provider
 * @param yaml members of the provider's flow mapping, without its key
 * @param model the default model
 * @param models models by the name of a {@link Feature} or of a {@link MediaFeature}
 * @param thoughts the APIs that return its reasoning; others only count it
 * @param responses whether the provider has a Responses API
 */
record ProviderRow(
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

    /** @return null if the provider has no model for it */
    String model(MediaFeature media) {
        String model = models.get(media.name());
        return model == null ? null : name + "/" + model;
    }

    boolean showsThoughts(ClientApi api) {
        return thoughts.contains(api.name());
    }

    /** The smallest accepted token limit, at which the stand-ins stop after the first word. */
    int minTokens(ClientApi api) {
        return responses && api.name().equals("responses") ? 16 : 1;
    }
}
