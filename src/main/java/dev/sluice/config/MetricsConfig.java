package dev.sluice.config;

import dev.sluice.binding.Key;

/** The settings of Prometheus metrics. */
public record MetricsConfig(
        @Key(value = "Record metrics and serve /metrics.", or = "true")
        boolean enabled) {}
