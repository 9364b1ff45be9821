package dev.sluice.observe;

import dev.sluice.config.LogConfig;
import java.io.ByteArrayOutputStream;

/**
 * A log line that is being written, in either format. Null values are left out. It stays one line whatever its values:
 * a model name with a line feed cannot forge an entry.
 */
sealed interface LogLine permits JsonLogLine, TextLogLine {

    /** Begins a line at the end of {@code out}. */
    static LogLine begin(
            LogConfig.Format format, ByteArrayOutputStream out, long epochMillis, String level, String logger) {
        String time = LogTime.of(epochMillis);
        return switch (format) {
            case JSON ->
                new JsonLogLine(out).put("time", time).put("level", level).put("logger", logger);
            case TEXT -> new TextLogLine(out, time, level, logger);
        };
    }

    /** The message, if there is one. */
    LogLine message(String message);

    LogLine put(String name, String value);

    LogLine put(String name, long value);

    LogLine put(String name, double value);

    LogLine put(String name, boolean value);

    /** The stack trace, from {@link StackTraceText}; in text format the only thing on separate lines. */
    LogLine stack(String trace);

    /** Ends the line. */
    void end();
}
