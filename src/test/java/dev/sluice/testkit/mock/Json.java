package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** Short ways to write and to read untyped JSON. */
final class Json {

    /** @param pairs names and values by turns; null stands for JSON's null */
    static JsonObject obj(Object... pairs) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < pairs.length; i += 2) {
            object.put((String) pairs[i], pairs[i + 1]);
        }
        return object;
    }

    static JsonArray arr(Object... values) {
        JsonArray array = new JsonArray();
        for (Object value : values) {
            array.add(value);
        }
        return array;
    }

    static JsonArray arr(Stream<?> values) {
        return arr(values.toArray());
    }

    /** The objects of an array; what is no object is left out. Empty when there is no such array. */
    static List<JsonObject> objects(JsonObject owner, String name) {
        return owner.getValue(name) instanceof JsonArray array ? objects(array) : List.of();
    }

    static List<JsonObject> objects(JsonArray array) {
        return array.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    /** The strings of a string or an array of strings. */
    static List<String> strings(Object value) {
        if (value instanceof String one) {
            return List.of(one);
        }
        return value instanceof JsonArray many
                ? many.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** An object's object; an empty one when there is none. */
    static JsonObject in(JsonObject owner, String name) {
        return owner.getValue(name) instanceof JsonObject inner ? inner : new JsonObject();
    }

    private Json() {}
}
