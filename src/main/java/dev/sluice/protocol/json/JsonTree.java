package dev.sluice.protocol.json;

import dev.sluice.model.ByteSlice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small document as maps, lists and strings, for error bodies, which are short, rare and different for every
 * provider. Numbers and booleans keep their source text; null values are Java null.
 */
public final class JsonTree {

    private final JsonScanner json;
    private final byte[] array;

    private JsonTree(ByteSlice document) {
        this.json = new JsonScanner().reset(document);
        this.array = document.array();
    }

    /** The document's value: a map, a list, a string or null. */
    public static Object read(ByteSlice document) {
        JsonTree tree = new JsonTree(document);
        Object value = tree.value();
        tree.json.finish();
        return value;
    }

    /** Follows a path of names, taking the first element of each list. Null when the path does not exist. */
    public static Object at(Object value, String... path) {
        Object here = first(value);
        for (String name : path) {
            here = here instanceof Map<?, ?> map ? first(map.get(name)) : null;
        }
        return here;
    }

    /** The string at a path; null when it is absent, blank or {@code None}. */
    public static String text(Object value, String... path) {
        return at(value, path) instanceof String text && !text.isBlank() && !Json.isPlaceholder(text) ? text : null;
    }

    private static Object first(Object value) {
        return value instanceof List<?> list ? list.isEmpty() ? null : list.getFirst() : value;
    }

    /** Recursion is bounded by the scanner's depth. */
    private Object value() {
        byte type = json.peek();
        if (type == '{') {
            Map<String, Object> members = new LinkedHashMap<>();
            json.enter();
            while (json.more()) {
                String name = json.name();
                members.put(name, value());
            }
            return members;
        }
        if (type == '[') {
            List<Object> elements = new ArrayList<>();
            json.enter();
            while (json.more()) {
                elements.add(value());
            }
            return elements;
        }
        int start = json.position();
        json.skip();
        return switch (type) {
            case '"' -> JsonScanner.text(array, start, json.position());
            case 'n' -> null;
            default -> new ByteSlice(array, start, json.position() - start).toText();
        };
    }
}
