package dev.sluice.admin;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The members that a JSON object may have. Others are refused, so that a misspelt limit is not a missing one. */
record Shape(List<Field> fields) {

    static final Shape EMPTY = of();

    static Shape of(Field... fields) {
        return new Shape(List.of(fields));
    }

    Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    String names() {
        return fields.isEmpty() ? "none" : fields.stream().map(Field::name).collect(Collectors.joining(", "));
    }
}
