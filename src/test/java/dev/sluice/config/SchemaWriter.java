package dev.sluice.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.sluice.binding.ByteSize;
import dev.sluice.binding.Key;
import dev.sluice.binding.RecordShape;
import dev.sluice.binding.ScalarKind;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.model.Durations;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Writes the JSON Schema (draft 2020-12) of the config file from the declarations that the loader reads. Editors use
 * the committed file by its path, so that file is what ships; {@link SchemaTest} compares the two.
 */
final class SchemaWriter {

    private static final String VARIABLE = "\\$\\{";

    private final JsonGenerator json;

    private SchemaWriter(JsonGenerator json) {
        this.json = json;
    }

    static String schema() {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
            printer.indentObjectsWith(lines);
            json.setPrettyPrinter(printer);
            new SchemaWriter(json).document();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out + "\n";
    }

    private void document() throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.writeStringField("title", "Sluice configuration");
        record(RecordShape.of(SluiceConfig.class));
        json.writeEndObject();
    }

    private void record(RecordShape shape) throws IOException {
        json.writeStringField("type", "object");
        json.writeBooleanField("additionalProperties", false);
        json.writeObjectFieldStart("properties");
        for (RecordShape.Field field : shape.keys().values()) {
            json.writeObjectFieldStart(field.name());
            json.writeStringField("description", field.key().value());
            if (shape.type() == ProviderConfig.class && field.name().equals("type")) {
                providerTypes();
            } else {
                value(field.type(), field.key());
            }
            json.writeEndObject();
        }
        for (Map.Entry<String, RecordShape.FormerKey> former :
                shape.formerKeys().entrySet()) {
            former(former.getKey(), former.getValue());
        }
        json.writeEndObject();
        List<String> required = shape.fields().stream()
                .filter(field -> field.key().required())
                .map(RecordShape.Field::name)
                .toList();
        if (!required.isEmpty()) {
            strings("required", required);
        }
    }

    private void former(String name, RecordShape.FormerKey key) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeBooleanField("deprecated", true);
        if (key.noEffect() == null) {
            json.writeStringField("description", "The former name of " + key.path() + ".");
            value(key.field().type(), key.field().key());
        } else {
            json.writeStringField("description", "Has no effect: " + key.noEffect() + ".");
        }
        json.writeEndObject();
    }

    private void value(Type type, Key key) throws IOException {
        if (RecordShape.isList(type)) {
            json.writeStringField("type", "array");
            json.writeObjectFieldStart("items");
            element(RecordShape.element(type), key);
            json.writeEndObject();
            if (!key.or().isEmpty()) {
                json.writeFieldName("default");
                json.writeRawValue(key.or());
            }
        } else if (RecordShape.isMap(type)) {
            json.writeStringField("type", "object");
            json.writeObjectFieldStart("additionalProperties");
            element(RecordShape.element(type), key);
            json.writeEndObject();
        } else if (RecordShape.isRecord(type) && type != ByteSize.class) {
            record(RecordShape.of(type));
        } else {
            scalar((Class<?>) type, key);
        }
    }

    private void element(Type type, Key key) throws IOException {
        if (type == String.class && key.pattern().isEmpty()) {
            // The loader accepts any scalar as text, such as x-attempt: 1
            json.writeFieldName("type");
            array(List.of("string", "number", "boolean"));
        } else {
            value(type, key);
        }
    }

    private void scalar(Class<?> type, Key key) throws IOException {
        ScalarKind kind = ScalarKind.of(type);
        switch (kind) {
            case SECRET -> json.writeStringField("type", "string");
            case TEXT -> {
                if (key.pattern().isEmpty()) {
                    json.writeStringField("type", "string");
                } else {
                    pattern(key.pattern());
                }
            }
            case DURATION -> duration(key);
            case SIZE ->
                orVariable(() -> {
                    json.writeStartObject();
                    json.writeStringField("type", "integer");
                    range(key);
                    json.writeEndObject();
                    json.writeStartObject();
                    json.writeStringField("type", "string");
                    json.writeStringField("pattern", "^" + ScalarKind.SIZE_PATTERN + "$");
                    json.writeEndObject();
                });
            case WHOLE, FRACTION ->
                orVariable(() -> {
                    json.writeStartObject();
                    json.writeStringField("type", kind == ScalarKind.WHOLE ? "integer" : "number");
                    range(key);
                    json.writeEndObject();
                });
            case FLAG ->
                orVariable(() -> {
                    json.writeStartObject();
                    json.writeStringField("type", "boolean");
                    json.writeEndObject();
                });
            case CHOICE ->
                choice(ScalarKind.choices(type), ScalarKind.formerChoices(type).keySet());
        }
        if (!key.or().isEmpty()) {
            json.writeFieldName("default");
            literal(kind, key.or());
        }
    }

    private void providerTypes() throws IOException {
        choice(ProviderCatalog.builtIn().names(), List.of());
    }

    /** YAML reads a plain 0 as a number. */
    private void duration(Key key) throws IOException {
        if (key.min() > 0) {
            pattern(Durations.PATTERN);
            return;
        }
        json.writeArrayFieldStart("anyOf");
        json.writeStartObject();
        json.writeNumberField("const", 0);
        json.writeEndObject();
        json.writeStartObject();
        pattern(Durations.PATTERN);
        json.writeEndObject();
        json.writeEndArray();
    }

    private void pattern(String pattern) throws IOException {
        json.writeStringField("type", "string");
        json.writeStringField("pattern", "^(?:" + pattern + ")$|" + VARIABLE);
    }

    private void choice(Collection<String> words, Collection<String> former) throws IOException {
        orVariable(() -> {
            oneOf(words, false);
            if (!former.isEmpty()) {
                oneOf(former, true);
            }
        });
    }

    private void oneOf(Collection<String> words, boolean deprecated) throws IOException {
        json.writeStartObject();
        if (deprecated) {
            json.writeBooleanField("deprecated", true);
        }
        json.writeArrayFieldStart("enum");
        for (String word : words) {
            literal(ScalarKind.CHOICE, word);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Any value may be given by an environment variable. */
    private void orVariable(Alternatives alternatives) throws IOException {
        json.writeArrayFieldStart("anyOf");
        alternatives.write();
        json.writeStartObject();
        json.writeStringField("type", "string");
        json.writeStringField("pattern", VARIABLE);
        json.writeEndObject();
        json.writeEndArray();
    }

    private void range(Key key) throws IOException {
        if (key.min() != Double.NEGATIVE_INFINITY) {
            json.writeFieldName("minimum");
            json.writeNumber(ScalarKind.WHOLE.writeBound(key.min()));
        }
        if (key.max() != Double.POSITIVE_INFINITY) {
            json.writeFieldName("maximum");
            json.writeNumber(ScalarKind.WHOLE.writeBound(key.max()));
        }
    }

    /** A word as YAML reads it without quotes: {@code true} is not a string. */
    private void literal(ScalarKind kind, String text) throws IOException {
        boolean bare =
                kind == ScalarKind.WHOLE || kind == ScalarKind.FRACTION || text.equals("true") || text.equals("false");
        if (bare) {
            json.writeRawValue(text);
        } else {
            json.writeString(text);
        }
    }

    private void strings(String name, List<String> values) throws IOException {
        json.writeFieldName(name);
        array(values);
    }

    private void array(List<String> values) throws IOException {
        json.writeStartArray();
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** Writes the objects of an {@code anyOf}. */
    private interface Alternatives {
        void write() throws IOException;
    }
}
