package dev.sluice.model;

import java.util.Locale;

/** Which dropped parameters make a request fail. All others are reported in {@code x-sluice-dropped}. */
public enum Strictness {
    /** None. */
    @FormerValue("false")
    OFF,
    /** Those without which the response means something else, such as a tool. */
    MEANING,
    /** Each, and renamed or adjusted ones too. */
    @FormerValue("true")
    ALL;

    /** The value of a header: its name, or as a flag all or nothing. Null when it cannot be read. */
    public static Strictness ofHeader(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "off", "false", "0" -> OFF;
            case "meaning" -> MEANING;
            case "all", "true", "1" -> ALL;
            default -> null;
        };
    }
}
