package dev.sluice.observe;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A log line as one JSON object. ASCII only: log readers may end a line at U+0085 or U+2028, which JSON allows in
 * strings. Written without a JSON generator, which costs several times as much, because every request has a line.
 */
final class JsonLogLine implements LogLine {

    /** An access line with all its fields. */
    private static final int USUAL_LENGTH = 768;

    private final ByteArrayOutputStream out;
    private byte[] json = new byte[USUAL_LENGTH];
    private int length;

    JsonLogLine(ByteArrayOutputStream out) {
        this.out = out;
        append('{');
    }

    @Override
    public LogLine message(String message) {
        return put("message", message);
    }

    @Override
    public LogLine put(String name, String value) {
        if (value != null) {
            name(name);
            quote(value);
        }
        return this;
    }

    @Override
    public LogLine put(String name, long value) {
        return bare(name, Long.toString(value));
    }

    /** JSON has no NaN and no infinity: they are written as strings. */
    @Override
    public LogLine put(String name, double value) {
        String text = Double.toString(value);
        return Double.isFinite(value) ? bare(name, text) : put(name, text);
    }

    @Override
    public LogLine put(String name, boolean value) {
        return bare(name, Boolean.toString(value));
    }

    @Override
    public LogLine stack(String trace) {
        return put("stack", trace);
    }

    @Override
    public void end() {
        append('}');
        append('\n');
        out.write(json, 0, length);
    }

    private LogLine bare(String name, String value) {
        name(name);
        escaped(value);
        return this;
    }

    private void name(String name) {
        if (length > 1) {
            append(',');
        }
        quote(name);
        append(':');
    }

    private void quote(String text) {
        append('"');
        escaped(text);
        append('"');
    }

    /** Nearly all texts need no escape and are copied in a separate loop. */
    private void escaped(String text) {
        int plain = 0;
        room(text.length());
        byte[] to = json;
        int at = length;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            to[at++] = (byte) text.charAt(plain++);
        }
        length = at;
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                append(c);
            } else {
                escape(c);
            }
        }
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c <= '~' && c != '"' && c != '\\';
    }

    private void escape(char c) {
        append('\\');
        switch (c) {
            case '"', '\\' -> append(c);
            case '\n' -> append('n');
            case '\r' -> append('r');
            case '\t' -> append('t');
            default -> {
                append('u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    append(Character.forDigit(c >> shift & 0xf, 16));
                }
            }
        }
    }

    private void append(char ascii) {
        room(1);
        json[length++] = (byte) ascii;
    }

    private void room(int more) {
        if (length + more > json.length) {
            json = Arrays.copyOf(json, Math.max(2 * length, length + more));
        }
    }
}
