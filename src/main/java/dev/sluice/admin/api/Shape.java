package dev.sluice.admin.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The members that a JSON object may have. Of a request others are refused, so that a misspelt limit is not a missing
 * one.
 */
public record Shape(List<Field> fields) {

    public static final Shape EMPTY = of();

    public static Shape of(Field... fields) {
        return new Shape(List.of(fields));
    }

    /** A page of them, the answer of everything that lists. */
    public static Shape page(String name, Shape of) {
        return of(Field.list(name, of, ""), Page.NEXT);
    }

    public Shape and(Field... more) {
        return new Shape(Stream.concat(fields.stream(), Stream.of(more)).toList());
    }

    /** The same in an answer, which leaves nothing out. */
    Shape whole() {
        return new Shape(fields.stream().map(Field::needed).toList());
    }

    public List<String> members() {
        return fields.stream().map(Field::name).toList();
    }

    Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    String names() {
        return fields.isEmpty() ? "none" : fields.stream().map(Field::name).collect(Collectors.joining(", "));
    }
}
