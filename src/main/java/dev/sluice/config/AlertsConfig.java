package dev.sluice.config;

import dev.sluice.binding.Key;

/** Who is told when something needs a person. */
public record AlertsConfig(
        @Key(
                value = "Gets a POST with JSON when a budget passes its warning or its end.",
                pattern = "https?://[^\\s#]+",
                expected = "an http or https URL")
        String webhook) {}
