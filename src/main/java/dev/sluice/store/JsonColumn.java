package dev.sluice.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** Conversion of lists and maps of strings to JSON in a text column, and back. */
final class JsonColumn {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> LIST = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};

    private JsonColumn() {}

    static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a list or map of strings", e);
        }
    }

    static List<String> list(String text) {
        return List.copyOf(read(text, LIST));
    }

    static Map<String, String> map(String text) {
        return Map.copyOf(read(text, MAP));
    }

    private static <T> T read(String text, TypeReference<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "a column of the store is not valid JSON (expected: a list or map of strings)", e);
        }
    }
}
