package dev.sluice.model;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The format of durations in the configuration file, on the command line, in the admin API and in Sluice's own headers.
 * Durations in provider responses are parsed by {@code RetryDelayText}.
 */
public final class Durations {

    /** A whole number and a unit, or 0, as a regular expression. */
    public static final String PATTERN = "0|[0-9]{1,12}(ms|s|m|h|d)";

    public static final String EXAMPLES = "250ms, 30s, 5m, 2h or 1d";

    private static final Pattern WHOLE = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
    private static final Pattern DECIMAL = Pattern.compile("([0-9]{1,8}(?:\\.[0-9]{1,6})?)(ms|s|m|h|d|)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    /** Longer durations are reduced to this, so that adding one to the current time never overflows. */
    private static final long LONGEST = 999_999_999L * 86_400_000L;

    private Durations() {}

    /** Parses a whole number with its unit, which 0 does not need; empty for any other text. */
    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher match = WHOLE.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(match.group(1));
        long unit = MILLIS.get(match.group(2));
        return Optional.of(Duration.ofMillis(count > LONGEST / unit ? LONGEST : count * unit));
    }

    /**
     * As {@link #parse}, but also accepts decimals, and seconds without a unit. Returns milliseconds, rounded down; -1
     * for other text.
     */
    public static long millisOfHeader(String text) {
        Matcher match = DECIMAL.matcher(text);
        return match.matches() ? (long) (Double.parseDouble(match.group(1)) * MILLIS.get(match.group(2))) : -1;
    }

    /** Formats a duration in the longest unit that divides it. */
    public static String format(long millis) {
        if (millis == 0) {
            return "0ms";
        }
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            if (millis % MILLIS.get(unit) == 0) {
                return millis / MILLIS.get(unit) + unit;
            }
        }
        return millis + "ms";
    }
}
