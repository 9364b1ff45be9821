package dev.sluice.config;

import dev.sluice.binding.Key;

/** The settings of alerts for operators. */
public record AlertsConfig(
        @Key(
                value = "URL that receives a POST with JSON when a budget reaches its warning mark or is exhausted.",
                pattern = "https?://[^\\s#]+",
                expected = "an http or https URL")
        String webhook) {}
