package dev.sluice.admin.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sluice.model.Durations;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A JSON object that was validated against a {@link JsonShape}. Getters return the fallback for members that are absent
 * or null.
 */
public final class JsonFields {

    private static final double LARGEST = 2_000_000_000;
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonShape shape;
    private final String path;
    private final JsonObject json;

    private JsonFields(JsonShape shape, String path, JsonObject json) {
        this.shape = shape;
        this.path = path;
        this.json = json;
    }

    /** @throws GatewayException INVALID_REQUEST that names the member and what is expected */
    public static JsonFields read(JsonShape shape, Buffer body) {
        JsonObject json;
        try {
            json = body == null || body.length() == 0 ? new JsonObject() : new JsonObject(requireUniqueMembers(body));
        } catch (DecodeException | ClassCastException | IOException notAnObject) {
            throw invalid(
                    "body",
                    "is not a JSON object or has a repeated member (expected: an object with some of " + shape.names()
                            + ")");
        }
        JsonFields fields = new JsonFields(shape, "", json);
        fields.check();
        return fields;
    }

    /** Whether the member is present, null included. */
    public boolean has(String name) {
        return json.containsKey(name);
    }

    public String text(String name) {
        return json.getString(name);
    }

    long whole(String name, long fallback) {
        return Objects.requireNonNullElse(json.getLong(name), fallback);
    }

    double number(String name, double fallback) {
        return Objects.requireNonNullElse(json.getDouble(name), fallback);
    }

    boolean flag(String name, boolean fallback) {
        return Objects.requireNonNullElse(json.getBoolean(name), fallback);
    }

    public Optional<Instant> time(String name) {
        return Optional.ofNullable(json.getString(name)).map(Instant::parse);
    }

    public Duration duration(String name, Duration fallback) {
        return Optional.ofNullable(json.getString(name))
                .flatMap(Durations::parse)
                .orElse(fallback);
    }

    public List<String> texts(String name) {
        JsonArray array = Objects.requireNonNullElse(json.getJsonArray(name), new JsonArray());
        return array.stream().map(String.class::cast).toList();
    }

    public Map<String, String> pairs(String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        Objects.requireNonNullElse(json.getJsonObject(name), new JsonObject())
                .forEach(pair -> pairs.put(pair.getKey(), (String) pair.getValue()));
        return pairs;
    }

    public Optional<JsonFields> object(String name) {
        return Optional.ofNullable(json.getJsonObject(name))
                .map(inner -> new JsonFields(shape.field(name).orElseThrow().shape(), path + name + ".", inner));
    }

    /** The object for the audit log, without free text. */
    public String auditText() {
        JsonObject text = json.copy();
        for (String free : List.of("name", "metadata")) {
            if (text.getValue(free) != null) {
                text.put(free, "(set)");
            }
        }
        return text.encode();
    }

    public static GatewayException invalid(String field, String what) {
        return new GatewayException(GatewayError.invalid(field + ": " + what, field, "invalid_value"));
    }

    /** PostgreSQL has no text with a NUL. It is refused with SQLite, too, so that both accept the same. */
    public static void requireNoNul(String field, String text) {
        if (text.indexOf('\0') >= 0) {
            throw invalid(field, "contains the character U+0000 (expected: text without it)");
        }
    }

    private static Buffer requireUniqueMembers(Buffer body) throws IOException {
        try (JsonParser parser = STRICT.createParser(body.getBytes())) {
            JsonToken token;
            do {
                token = parser.nextToken();
            } while (token != null);
        }
        return body;
    }

    /** Members under their former names are read as if they had the current ones. */
    private void rename() {
        for (JsonField field : shape.fields()) {
            if (field.formerName() != null && json.containsKey(field.formerName())) {
                if (json.containsKey(field.name())) {
                    throw invalid(
                            path + field.formerName(),
                            "is the former name of " + field.name() + ", which is present, too (expected: only "
                                    + field.name() + ")");
                }
                json.put(field.name(), json.remove(field.formerName()));
            }
        }
    }

    private void check() {
        rename();
        for (String name : json.fieldNames()) {
            JsonField field = shape.field(name)
                    .orElseThrow(() -> new GatewayException(GatewayError.invalid(
                            path + shown(name) + ": is not a known member (expected: some of " + shape.names() + ")",
                            path + shown(name),
                            "unknown_field")));
            Object value = json.getValue(name);
            if (value != null && !fits(field, value)) {
                throw invalid(path + name, "is invalid (expected: " + field.expected() + ")");
            }
            if (value instanceof JsonObject inner && field.shape() != null) {
                new JsonFields(field.shape(), path + name + ".", inner).check();
            } else if (value != null) {
                texts(value).forEach(text -> requireNoNul(path + name, text));
            }
        }
        for (JsonField field : shape.fields()) {
            if (field.required() && json.getValue(field.name()) == null) {
                throw invalid(path + field.name(), "is missing (expected: " + field.expected() + ")");
            }
        }
    }

    /** The texts of a value; of pairs their names, too. */
    private static Stream<String> texts(Object value) {
        return switch (value) {
            case String text -> Stream.of(text);
            case JsonArray array -> array.stream().flatMap(JsonFields::texts);
            case JsonObject pairs ->
                pairs.stream().flatMap(pair -> Stream.concat(Stream.of(pair.getKey()), texts(pair.getValue())));
            default -> Stream.empty();
        };
    }

    /** An unknown name, shortened and made printable for an error message. */
    private static String shown(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return plain.substring(0, Math.min(plain.length(), 40));
    }

    private static boolean fits(JsonField field, Object value) {
        return switch (field.kind()) {
            case TEXT -> value instanceof String;
            case WORD -> value instanceof String word && field.choices().contains(word);
            case WHOLE ->
                (value instanceof Integer || value instanceof Long)
                        && ((Number) value).longValue() >= 0
                        && ((Number) value).longValue() <= (long) LARGEST;
            case NUMBER ->
                value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= LARGEST;
            case FLAG -> value instanceof Boolean;
            case TIME -> value instanceof String text && isTime(text);
            case DURATION ->
                value instanceof String text && Durations.parse(text).isPresent();
            case TEXTS -> value instanceof JsonArray array && array.stream().allMatch(String.class::isInstance);
            case PAIRS ->
                value instanceof JsonObject pairs && pairs.stream().allMatch(pair -> pair.getValue() instanceof String);
            case OBJECT -> value instanceof JsonObject;
            case COUNT, LIST, ANY -> throw new IllegalStateException(field + " is for responses only");
        };
    }

    private static boolean isTime(String text) {
        try {
            Instant time = Instant.parse(text);
            return time.getEpochSecond() >= 0 && time.getEpochSecond() < 253_402_300_800L;
        } catch (DateTimeParseException notATime) {
            return false;
        }
    }
}
