package dev.sluice.provider;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * How long a provider asks us to wait: {@code retry-after-ms}, else {@code retry-after} in seconds or as an HTTP date.
 */
final class RetryAfter {

    private RetryAfter() {}

    /** Milliseconds, or -1 when the provider did not say. */
    static long millis(MultiMap headers) {
        String millis = headers.get("retry-after-ms");
        if (millis != null) {
            return number(millis, 1);
        }
        String seconds = headers.get("retry-after");
        if (seconds == null) {
            return -1;
        }
        long parsed = number(seconds, 1000);
        return parsed >= 0 ? parsed : date(seconds);
    }

    private static long number(String text, int unit) {
        try {
            double value = Double.parseDouble(text.strip());
            return value >= 0 && value * unit <= Integer.MAX_VALUE ? (long) Math.ceil(value * unit) : -1;
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    private static long date(String text) {
        try {
            Instant until = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Math.max(0, Duration.between(Instant.now(), until).toMillis());
        } catch (DateTimeException notADate) {
            return -1;
        }
    }
}
