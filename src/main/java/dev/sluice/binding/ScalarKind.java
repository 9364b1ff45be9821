package dev.sluice.binding;

import dev.sluice.model.Durations;
import dev.sluice.model.FormerValue;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of scalar values: how each is parsed, described in an error, compared with a range, and printed. */
public enum ScalarKind {
    TEXT,
    WHOLE,
    FRACTION,
    FLAG,
    DURATION,
    SIZE,
    SECRET,
    CHOICE;

    public static final String SIZE_PATTERN = "[0-9]{1,12}(KiB|MiB|GiB)?";

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,12})([A-Za-z]*)");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,15})?");
    /** Largest first, so that the largest unit that divides is written. */
    private static final List<Map.Entry<String, Long>> SIZE_UNITS = List.of(
            Map.entry("GiB", 1L << 30), Map.entry("MiB", 1L << 20), Map.entry("KiB", 1L << 10), Map.entry("", 1L));

    /** The kind of a component's type, or null for records, lists and maps. */
    public static ScalarKind of(Class<?> type) {
        if (type.isEnum()) {
            return CHOICE;
        }
        return KINDS.get(type);
    }

    private static final Map<Class<?>, ScalarKind> KINDS = Map.of(
            String.class, TEXT,
            int.class, WHOLE,
            long.class, WHOLE,
            double.class, FRACTION,
            Double.class, FRACTION,
            boolean.class, FLAG,
            Duration.class, DURATION,
            ByteSize.class, SIZE,
            Secret.class, SECRET);

    /** The value, or null when the text is not of this kind. */
    Object read(Class<?> type, String text) {
        return switch (this) {
            case TEXT -> text;
            case WHOLE -> whole(type, text);
            case FRACTION -> NUMBER.matcher(text).matches() ? Double.valueOf(text) : null;
            case FLAG -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
            case DURATION -> Durations.parse(text).orElse(null);
            case SIZE -> size(text);
            case SECRET -> text.isEmpty() ? null : new Secret(text);
            case CHOICE -> named(type, formerChoices(type).getOrDefault(text, text));
        };
    }

    /** The description of a value of this kind in an error message. */
    String describe(Class<?> type) {
        return switch (this) {
            case TEXT -> "text";
            case WHOLE -> "a whole number";
            case FRACTION -> "a number";
            case FLAG -> "true or false";
            case DURATION -> "a duration such as 250ms, 30s, 5m or 2h";
            case SIZE -> "a size such as 512, 64KiB or 20MiB";
            case SECRET -> "a secret: ${ENV} or file:/path";
            case CHOICE -> oneOf(choices(type));
        };
    }

    /**
     * The number that the range of a {@link Key} bounds: the number itself, milliseconds, or bytes. NaN for other
     * kinds.
     */
    double magnitude(Object value) {
        return switch (this) {
            case WHOLE, FRACTION -> ((Number) value).doubleValue();
            case DURATION -> ((Duration) value).toMillis();
            case SIZE -> ((ByteSize) value).bytes();
            case TEXT, FLAG, SECRET, CHOICE -> Double.NaN;
        };
    }

    /** The value as written in the file, without quotes. Secrets are masked. */
    public String write(Object value) {
        return switch (this) {
            case TEXT, WHOLE, FLAG, SECRET -> value.toString();
            // Not 6.0E-4, which the loader does not accept.
            case FRACTION -> new BigDecimal(value.toString()).toPlainString();
            case DURATION -> Durations.format(((Duration) value).toMillis());
            case SIZE -> writeSize(((ByteSize) value).bytes());
            case CHOICE -> choice(value);
        };
    }

    /** Formats a bound of a range as a value of this kind. */
    public String writeBound(double magnitude) {
        return switch (this) {
            case DURATION -> Durations.format((long) magnitude);
            case SIZE -> writeSize((long) magnitude);
            case TEXT, WHOLE, FRACTION, FLAG, SECRET, CHOICE ->
                magnitude == Math.rint(magnitude) ? String.valueOf((long) magnitude) : String.valueOf(magnitude);
        };
    }

    public static List<String> choices(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(ScalarKind::choice).toList();
    }

    /** The former names of choices, each with the current one. */
    public static Map<String, String> formerChoices(Class<?> type) {
        Map<String, String> former = new LinkedHashMap<>();
        for (Field constant : type.getFields()) {
            FormerValue was = constant.getAnnotation(FormerValue.class);
            if (was != null) {
                former.put(was.value(), constant.getName().toLowerCase(Locale.ROOT));
            }
        }
        return former;
    }

    private static Object named(Class<?> type, String choice) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> choice(constant).equals(choice))
                .findFirst()
                .orElse(null);
    }

    /** Such as {@code day, week, month or lifetime}. */
    private static String oneOf(List<String> choices) {
        int last = choices.size() - 1;
        return last == 0
                ? choices.getFirst()
                : String.join(", ", choices.subList(0, last)) + " or " + choices.get(last);
    }

    private static String choice(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }

    private static Object whole(Class<?> type, String text) {
        if (!NUMBER.matcher(text).matches() || text.indexOf('.') >= 0) {
            return null;
        }
        long value = Long.parseLong(text);
        if (type == long.class) {
            return value;
        }
        return value == (int) value ? (Object) (int) value : null;
    }

    private static ByteSize size(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return null;
        }
        long count = Long.parseLong(amount.group(1));
        return SIZE_UNITS.stream()
                .filter(unit -> unit.getKey().equals(amount.group(2)))
                // 999999999999GiB is more than a long holds.
                .map(unit -> new ByteSize(
                        count > Long.MAX_VALUE / unit.getValue() ? Long.MAX_VALUE : count * unit.getValue()))
                .findFirst()
                .orElse(null);
    }

    private static String writeSize(long bytes) {
        if (bytes == 0) {
            return "0";
        }
        return SIZE_UNITS.stream()
                .filter(unit -> bytes % unit.getValue() == 0)
                .findFirst()
                .map(unit -> bytes / unit.getValue() + unit.getKey())
                .orElseThrow();
    }
}
