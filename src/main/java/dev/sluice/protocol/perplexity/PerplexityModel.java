package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The target of a model name: a model, or a preset that selects one ({@code preset:low}). Names of the retired Sonar
 * models map to the replacements of Perplexity's migration guide.
 *
 * @param model or null
 * @param preset or null
 * @param searches whether the retired model searched by default; for its successor search must be requested
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

    /** Anthropic's models require an output limit. */
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
