package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.model.Limits;

/** Limits of a key, tier, team, model or provider; 0: none. */
public record LimitsConfig(
        @Key(value = "Requests per minute; 0: no limit.", or = "0", min = 0, max = 1000000000)
        int rpm,

        @Key(
                value = "Tokens per minute, prompt and completion together; 0: no limit.",
                or = "0",
                min = 0,
                max = 2000000000)
        int tpm,

        @Key(value = "Prompt tokens per minute; 0: no limit.", or = "0", min = 0, max = 2000000000)
        int inputTpm,

        @Key(value = "Completion tokens per minute; 0: no limit.", or = "0", min = 0, max = 2000000000)
        int outputTpm,

        @Key(value = "Concurrent requests; 0: no limit.", or = "0", min = 0, max = 1000000)
        int concurrency) {

    public static final LimitsConfig NONE = new LimitsConfig(0, 0, 0, 0, 0);

    public Limits limits() {
        return new Limits(rpm, tpm, inputTpm, outputTpm, concurrency);
    }
}
