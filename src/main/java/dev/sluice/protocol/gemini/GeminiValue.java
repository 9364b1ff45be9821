package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.protocol.request.RequestValue;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads members of a client's request in both spellings that Google takes: {@code mimeType} and {@code mime_type}. */
final class GeminiValue {

    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");
    private static final Pattern WORD = Pattern.compile("(?<=[a-z0-9])_([a-z])");

    private GeminiValue() {}

    /** The member, or null when it is absent or null. */
    static RequestValue find(RequestValue object, String name) {
        RequestValue found = object.find(name);
        return found == null ? object.find(snake(name)) : found;
    }

    /** The member, which is required. */
    static RequestValue get(RequestValue object, String name) {
        RequestValue found = find(object, name);
        return found == null ? object.get(name) : found;
    }

    static String findText(RequestValue object, String name) {
        RequestValue found = find(object, name);
        return found == null ? null : found.text();
    }

    static boolean flag(RequestValue object, String name) {
        RequestValue found = find(object, name);
        return found != null && found.flag();
    }

    /** The member, null when it is absent; of a tree that need not be an object. */
    static JsonNode present(JsonNode object, String name) {
        JsonNode value = object.get(name);
        value = value == null ? object.get(snake(name)) : value;
        return value == null || value.isNull() ? null : value;
    }

    static String camel(String name) {
        return name.indexOf('_') < 0
                ? name
                : WORD.matcher(name).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
    }

    private static String snake(String name) {
        return CAPITAL.matcher(name).replaceAll(letter -> "_" + letter.group().toLowerCase(Locale.ROOT));
    }
}
