package dev.sluice.observe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A line for machines: one JSON object. ASCII only: log readers may end a line at U+0085 or U+2028, which JSON allows
 * in strings. Written by hand because every request has one: a generator costs several times the line.
 */
final class JsonLogLine implements LogLine {

    /** An access line with all its fields. */
    private static final int USUAL_LENGTH = 768;

    private final ByteArrayOutputStream out;
    private final StringBuilder json = new StringBuilder(USUAL_LENGTH).append('{');

    JsonLogLine(ByteArrayOutputStream out) {
        this.out = out;
    }

    @Override
    public LogLine message(String message) {
        return put("message", message);
    }

    @Override
    public LogLine put(String name, String value) {
        if (value != null) {
            name(name).append('"');
            appendEscaped(value);
            json.append('"');
        }
        return this;
    }

    @Override
    public LogLine put(String name, long value) {
        name(name).append(value);
        return this;
    }

    /** JSON has no NaN and no infinity: they go as strings. */
    @Override
    public LogLine put(String name, double value) {
        if (!Double.isFinite(value)) {
            return put(name, Double.toString(value));
        }
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
        return put("stack", trace);
    }

    @Override
    public void end() {
        out.writeBytes(json.append("}\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private StringBuilder name(String name) {
        if (json.length() > 1) {
            json.append(',');
        }
        json.append('"');
        appendEscaped(name);
        return json.append("\":");
    }

    /** In runs, since hardly any text has something to escape. */
    private void appendEscaped(String text) {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                json.append(text, from, i);
                escape(c);
                from = i + 1;
            }
        }
        json.append(text, from, text.length());
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> json.append("\\\"");
            case '\\' -> json.append("\\\\");
            case '\n' -> json.append("\\n");
            case '\r' -> json.append("\\r");
            case '\t' -> json.append("\\t");
            default -> {
                json.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    json.append(Character.forDigit(c >> shift & 0xf, 16));
                }
            }
        }
    }
}
