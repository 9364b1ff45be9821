package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fields that a body may have, written as {@code name:kinds}, with {@code !} if it must be there and a range if it
 * has one: {@code "model:s! messages:a! temperature:n(0,2) stop:sa"}. Kinds: s string, n number, i integer, b boolean,
 * o object, a array, * anything. An optional field may be null.
 */
final class BodySchema {

    private static final Pattern FIELD =
            Pattern.compile("([\\w.]+):([snibao*]+)(!)?(?:\\((-?[\\d.]+),(-?[\\d.]+)\\))?");

    private final Map<String, Field> fields = new LinkedHashMap<>();

    private record Field(String kinds, boolean required, double least, double most) {}

    /** A provider's errors about a field. */
    interface FieldErrors {
        MockError unknown(String field);

        MockError missing(String field);

        /** @param expected in plain words, as {@code a string} or {@code a number from 0 to 2} */
        MockError wrong(String field, String expected, Object got);
    }

    static BodySchema of(String... fields) {
        BodySchema schema = new BodySchema();
        for (String one : String.join(" ", fields).strip().split("\\s+")) {
            Matcher field = FIELD.matcher(one);
            if (!field.matches()) {
                throw new IllegalArgumentException(one + " (expected: name:kinds)");
            }
            double least = field.group(4) == null ? Double.NEGATIVE_INFINITY : Double.parseDouble(field.group(4));
            double most = field.group(5) == null ? Double.POSITIVE_INFINITY : Double.parseDouble(field.group(5));
            schema.fields.put(field.group(1), new Field(field.group(2), field.group(3) != null, least, most));
        }
        return schema;
    }

    /** Also rejects unknown fields. */
    void strict(JsonObject body, FieldErrors errors) {
        for (String name : body.fieldNames()) {
            if (!fields.containsKey(name)) {
                throw errors.unknown(name);
            }
        }
        lenient(body, errors);
    }

    /** Accepts unknown fields. */
    void lenient(JsonObject body, FieldErrors errors) {
        fields.forEach((name, field) -> {
            Object value = body.getValue(name);
            if (value == null && field.required()) {
                throw errors.missing(name);
            }
            if (value != null && !fits(value, field)) {
                throw errors.wrong(name, expected(field), value);
            }
        });
    }

    private static boolean fits(Object value, Field field) {
        for (char kind : field.kinds().toCharArray()) {
            boolean fits = switch (kind) {
                case 's' -> value instanceof String;
                case 'n' -> value instanceof Number;
                case 'i' -> value instanceof Integer || value instanceof Long;
                case 'b' -> value instanceof Boolean;
                case 'o' -> value instanceof JsonObject;
                case 'a' -> value instanceof JsonArray;
                default -> true;
            };
            if (fits) {
                double number = value instanceof Number n ? n.doubleValue() : field.least();
                return number >= field.least() && (number <= field.most() || !(value instanceof Number));
            }
        }
        return false;
    }

    private static String expected(Field field) {
        Map<Character, String> names = Map.of(
                's',
                "a string",
                'n',
                "a number",
                'i',
                "an integer",
                'b',
                "a boolean",
                'o',
                "an object",
                'a',
                "an array");
        StringBuilder text = new StringBuilder();
        for (char kind : field.kinds().toCharArray()) {
            text.append(text.isEmpty() ? "" : " or ").append(names.getOrDefault(kind, "anything"));
        }
        return field.least() == Double.NEGATIVE_INFINITY
                ? text.toString()
                : text + " from " + field.least() + " to " + field.most();
    }

    private BodySchema() {}
}
