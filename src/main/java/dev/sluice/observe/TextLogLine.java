package dev.sluice.observe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A log line as text: time, level, logger, message, then {@code name=value} pairs. */
final class TextLogLine implements LogLine {

    private static final int LEVEL_WIDTH = 5;

    private final ByteArrayOutputStream out;
    private final StringBuilder line = new StringBuilder(256);
    private String trace;

    TextLogLine(ByteArrayOutputStream out, String time, String level, String logger) {
        this.out = out;
        line.append(time).append(' ').append(level);
        line.repeat(' ', LEVEL_WIDTH - level.length()).append(' ').append(logger);
    }

    @Override
    public LogLine message(String message) {
        line.append(" - ");
        VisibleText.append(message == null ? "null" : message, line);
        return this;
    }

    @Override
    public LogLine put(String name, String value) {
        if (value == null) {
            return this;
        }
        name(name);
        boolean quoted = value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '=');
        if (quoted) {
            line.append('"');
        }
        VisibleText.append(value, line);
        if (quoted) {
            line.append('"');
        }
        return this;
    }

    @Override
    public LogLine put(String name, long value) {
        name(name).append(value);
        return this;
    }

    @Override
    public LogLine put(String name, double value) {
        name(name).append(value);
        return this;
    }

    @Override
    public LogLine put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    @Override
    public LogLine stack(String trace) {
        this.trace = trace;
        return this;
    }

    @Override
    public void end() {
        line.append('\n');
        if (trace != null) {
            line.append(trace.stripTrailing()).append('\n');
        }
        out.writeBytes(line.toString().getBytes(StandardCharsets.UTF_8));
    }

    private StringBuilder name(String name) {
        return line.append(' ').append(name).append('=');
    }
}
