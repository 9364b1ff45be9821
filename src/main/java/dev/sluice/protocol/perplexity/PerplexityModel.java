package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What a model's name asks for: a model, or a preset that chooses one ({@code preset:low}). Names of the retired Sonar
 * models mean what Perplexity's migration guide puts in their place.
 *
 * @param model or null
 * @param preset or null
 * @param searches whether the model searched unasked and its successor has to be told
 */
record PerplexityModel(String model, String preset, boolean searches) {

    private static final String PRESET = "preset:";

    private static final Map<String, PerplexityModel> RETIRED = Map.of(
            "sonar", new PerplexityModel("perplexity/sonar", null, true),
            "sonar-pro", new PerplexityModel(null, "low", false),
            "sonar-reasoning", new PerplexityModel(null, "low", false),
            "sonar-reasoning-pro", new PerplexityModel(null, "low", false),
            "sonar-deep-research", new PerplexityModel(null, "medium", false));

    static PerplexityModel of(String name) {
        return name.startsWith(PRESET)
                ? new PerplexityModel(null, name.substring(PRESET.length()), false)
                : RETIRED.getOrDefault(name, new PerplexityModel(name, null, false));
    }

    /** Anthropic's models answer only when they are told how much they may write. */
    boolean needsLimit() {
        return model != null && model.startsWith("anthropic/");
    }

    void write(ObjectNode body) {
        if (model != null) {
            body.put("model", model);
        }
        if (preset != null) {
            body.put("preset", preset);
        }
    }
}
