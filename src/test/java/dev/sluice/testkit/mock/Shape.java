package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fields a body may have. Written as {@code name:kinds}, with {@code !} if it must be there and a range if it has
 * one: {@code "model:s! messages:a! temperature:n(0,2) stop:sa"}. Kinds: s string, n number, i integer, b boolean, o
 * object, a array, * anything. An optional field may be null.
 */
final class Shape {

    private static final Pattern FIELD =
            Pattern.compile("([\\w.]+):([snibao*]+)(!)?(?:\\((-?[\\d.]+),(-?[\\d.]+)\\))?");

    private final Map<String, Field> fields = new LinkedHashMap<>();

    private record Field(String kinds, boolean required, double least, double most) {}

    /** How a provider words what is wrong with a field. */
    interface Complaints {
        Refusal unknown(String field);

        Refusal missing(String field);

        /** @param expected in plain words, as {@code a string} or {@code a number from 0 to 2} */
        Refusal wrong(String field, String expected, Object got);
    }

    static Shape of(String... fields) {
        Shape shape = new Shape();
        for (String one : String.join(" ", fields).strip().split("\\s+")) {
            Matcher field = FIELD.matcher(one);
            if (!field.matches()) {
                throw new IllegalArgumentException(one + " (expected: name:kinds)");
            }
            double least = field.group(4) == null ? Double.NEGATIVE_INFINITY : Double.parseDouble(field.group(4));
            double most = field.group(5) == null ? Double.POSITIVE_INFINITY : Double.parseDouble(field.group(5));
            shape.fields.put(field.group(1), new Field(field.group(2), field.group(3) != null, least, most));
        }
        return shape;
    }

    /** Fails on a field that is not known, as well. */
    void strict(JsonObject body, Complaints complaints) {
        for (String name : body.fieldNames()) {
            if (!fields.containsKey(name)) {
                throw complaints.unknown(name);
            }
        }
        lenient(body, complaints);
    }

    /** Lets unknown fields pass. */
    void lenient(JsonObject body, Complaints complaints) {
        fields.forEach((name, field) -> {
            Object value = body.getValue(name);
            if (value == null && field.required()) {
                throw complaints.missing(name);
            }
            if (value != null && !fits(value, field)) {
                throw complaints.wrong(name, expected(field), value);
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

    private Shape() {}
}
