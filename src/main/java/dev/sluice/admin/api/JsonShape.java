package dev.sluice.admin.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The members that a JSON object may have. Of a request others are refused, so that a misspelt limit is not a missing
 * one.
 */
public record JsonShape(List<JsonField> fields) {

    public static final JsonShape EMPTY = of();

    public static JsonShape of(JsonField... fields) {
        return new JsonShape(List.of(fields));
    }

    /** A page of them, the answer of everything that lists. */
    public static JsonShape page(String name, JsonShape of) {
        return of(JsonField.list(name, of, ""), Page.NEXT);
    }

    public JsonShape and(JsonField... more) {
        return new JsonShape(Stream.concat(fields.stream(), Stream.of(more)).toList());
    }

    /** The same in an answer, which leaves nothing out. */
    JsonShape whole() {
        return new JsonShape(fields.stream().map(JsonField::needed).toList());
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
