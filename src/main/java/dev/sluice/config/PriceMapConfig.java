package dev.sluice.config;

import dev.sluice.binding.Key;

/** A file of prices and limits, maintained by LiteLLM or models.dev. */
public record PriceMapConfig(
        @Key(
                value = "A local JSON file, relative to the configuration file; reloaded when it changes.",
                required = true)
        String file,

        @Key(
                value = "litellm: model_prices_and_context_window.json; models_dev: api.json of models.dev.",
                required = true)
        Format format) {

    /** The format of the file. */
    public enum Format {
        LITELLM,
        MODELS_DEV
    }
}
