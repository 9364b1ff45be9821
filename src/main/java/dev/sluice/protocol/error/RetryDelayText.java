package dev.sluice.protocol.error;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses retry delays as providers write them: {@code 6m0s}, {@code 20ms}, {@code 23m16.298s}, or inside a sentence.
 */
public final class RetryDelayText {

    private static final String PART = "(\\d{1,9}(?:\\.\\d{1,12})?)\\s?(ns|us|µs|ms|s|m|h|d)";
    private static final Pattern ONE = Pattern.compile(PART);
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART + ")+");

    /** OpenAI: "Please try again in 1.2s."; Azure: "Please retry after 12 seconds.". */
    private static final Pattern IN_A_SENTENCE = Pattern.compile("(?i)(?:try again|retry) (?:in|after)"
            + " ((?:\\d{1,9}(?:\\.\\d{1,12})?\\s?(?:ms|s|m|h|d)(?:econds?|inutes?|in|ours?|ays?)?)+)\\b");

    private static final Map<String, Double> MILLIS = Map.of(
            "ns", 1e-6,
            "us", 1e-3,
            "µs", 1e-3,
            "ms", 1.0,
            "s", 1e3,
            "m", (double) TimeUnit.MINUTES.toMillis(1),
            "h", (double) TimeUnit.HOURS.toMillis(1),
            "d", (double) TimeUnit.DAYS.toMillis(1));

    private RetryDelayText() {}

    /** Milliseconds, rounded up, at most a day; -1 when the text is not a duration with units. */
    public static long millis(String duration) {
        if (duration == null || !WHOLE.matcher(duration.strip()).matches()) {
            return -1;
        }
        double sum = 0;
        Matcher part = ONE.matcher(duration);
        while (part.find()) {
            sum += Double.parseDouble(part.group(1)) * MILLIS.get(part.group(2));
        }
        return (long) Math.min(Math.ceil(sum), MILLIS.get("d"));
    }

    /** The delay named in an error message, in milliseconds; -1 when there is none. */
    public static long inMessage(String message) {
        Matcher found = IN_A_SENTENCE.matcher(message == null ? "" : message);
        return found.find()
                ? millis(found.group(1).replaceAll("(?i)(?<=[smhd])(?:econds?|inutes?|in|ours?|ays?)", ""))
                : -1;
    }
}
