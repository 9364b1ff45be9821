package dev.sluice.admin.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The members of a JSON object. Requests with others are refused, so that a misspelt limit is not silently absent. */
public record JsonShape(List<JsonField> fields) {

    public static final JsonShape EMPTY = of();

    public static JsonShape of(JsonField... fields) {
        return new JsonShape(List.of(fields));
    }

    /** The response of endpoints that list: a page of items. */
    public static JsonShape page(String name, JsonShape shape) {
        return of(JsonField.list(name, shape, ""), Page.NEXT);
    }

    public JsonShape and(JsonField... more) {
        return new JsonShape(Stream.concat(fields.stream(), Stream.of(more)).toList());
    }

    /** The same with all members required, for responses. */
    JsonShape allRequired() {
        return new JsonShape(fields.stream().map(JsonField::asRequired).toList());
    }

    public List<String> members() {
        return fields.stream().map(JsonField::name).toList();
    }

    Optional<JsonField> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    String names() {
        return fields.isEmpty() ? "none" : fields.stream().map(JsonField::name).collect(Collectors.joining(", "));
    }
}
