package dev.sluice.config;

/** Prometheus metrics. */
public record MetricsConfig(
        @Key(value = "Record metrics and serve /metrics.", or = "true")
        boolean enabled) {}
