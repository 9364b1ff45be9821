package dev.sluice.config;

import dev.sluice.binding.Key;

/** The application and access log. Both are written to standard output, one line per event. */
public record LogConfig(
        @Key(value = "json for machines, text for people.", or = "json")
        Format format,

        @Key(value = "Lowest level that is written.", or = "info")
        Level level,

        @Key(value = "Write one access line per request.", or = "true")
        boolean access) {

    /** Line formats. */
    public enum Format {
        JSON,
        TEXT
    }

    /** Levels, lowest first. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}
