package dev.sluice.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A line for machines: one JSON object. */
final class JsonLogLine implements LogLine {

    /** ASCII only: log readers may end a line at U+0085 or U+2028, which JSON allows in strings. */
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final ByteArrayOutputStream out;
    private final JsonGenerator json;

    JsonLogLine(ByteArrayOutputStream out) {
        this.out = out;
        try {
            this.json = JSON.createGenerator(out);
            json.writeStartObject();
        } catch (IOException e) {
            throw unheardOf(e);
        }
    }

    @Override
    public LogLine message(String message) {
        return put("message", message);
    }

    @Override
    public LogLine put(String name, String value) {
        if (value == null) {
            return this;
        }
        try {
            json.writeStringField(name, value);
            return this;
        } catch (IOException e) {
            throw unheardOf(e);
        }
    }

    @Override
    public LogLine put(String name, long value) {
        try {
            json.writeNumberField(name, value);
            return this;
        } catch (IOException e) {
            throw unheardOf(e);
        }
    }

    @Override
    public LogLine put(String name, double value) {
        try {
            json.writeNumberField(name, value);
            return this;
        } catch (IOException e) {
            throw unheardOf(e);
        }
    }

    @Override
    public LogLine put(String name, boolean value) {
        try {
            json.writeBooleanField(name, value);
            return this;
        } catch (IOException e) {
            throw unheardOf(e);
        }
    }

    @Override
    public LogLine stack(String trace) {
        return put("stack", trace);
    }

    @Override
    public void end() {
        try {
            json.writeEndObject();
            json.close();
            out.write('\n');
        } catch (IOException e) {
            throw unheardOf(e);
        }
    }

    private static UncheckedIOException unheardOf(IOException writingToMemoryFailed) {
        return new UncheckedIOException(writingToMemoryFailed);
    }
}
