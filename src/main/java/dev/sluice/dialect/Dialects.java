package dev.sluice.dialect;

import java.util.List;
import java.util.stream.Collectors;

/** The wire formats Sluice speaks. A new one is added here and nowhere else. */
public final class Dialects {

    private static final List<Dialect> ALL = List.of(new OpenAiChat());

    private Dialects() {}

    /**
     * The dialect of a catalogue entry.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public static Dialect named(String name) {
        for (Dialect dialect : ALL) {
            if (dialect.name().equals(name)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("dialect: \"" + name + "\" (expected one of: "
                + ALL.stream().map(Dialect::name).collect(Collectors.joining(", ")) + ")");
    }
}
