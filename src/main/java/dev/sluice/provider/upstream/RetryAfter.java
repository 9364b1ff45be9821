package dev.sluice.provider.upstream;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.protocol.error.RetryDelayText;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the retry delay from a provider's response headers: {@code retry-after-ms}, else {@code retry-after} in seconds
 * or as an HTTP date, else, for a throttled request, the reset times of exhausted limits. Delays in bodies are read by
 * {@code protocol.error}.
 *
 * <p>The value is honored by {@code KeyPool.Lease} (cooldown of the key), {@code http.exchange.FailoverPolicy} (pause
 * before a retry) and {@code http.edge.ErrorResponse} (the client's {@code retry-after}).
 *
 * <p>An unreadable value counts as missing. No delay is longer than a day.
 */
public final class RetryAfter {

    private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();

    private static final double EPOCH_SECONDS = 1e9;
    private static final double EPOCH_MILLIS = 1e12;

    /** The two headers of a limit: how much of it remains, and when it resets. */
    private record Limit(String remaining, String reset) {}

    private static final List<Limit> LIMITS = Stream.concat(
                    Stream.of(
                            // OpenAI, Groq and compatible providers: Go durations.
                            new Limit("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
                            new Limit("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
                            // OpenRouter: milliseconds of the epoch.
                            new Limit("x-ratelimit-remaining", "x-ratelimit-reset")),
                    // Anthropic: RFC 3339.
                    Stream.of("requests", "tokens", "input-tokens", "output-tokens")
                            .map(what -> "anthropic-ratelimit-" + what)
                            .map(name -> new Limit(name + "-remaining", name + "-reset")))
            .toList();

    private RetryAfter() {}

    /** The error with the retry delay of the headers, if they have one. */
    public static GatewayError applyTo(GatewayError refusal, MultiMap headers) {
        Instant now = Instant.now();
        long millis = refusal.kind() == Kind.RATE_LIMITED ? throttled(headers, now) : millis(headers, now);
        return millis >= 0 ? refusal.withRetryAfter(millis) : refusal;
    }

    /** Milliseconds, or -1 when the provider gave none. */
    static long millis(MultiMap headers, Instant now) {
        long millis = number(headers.get("retry-after-ms"), 1);
        if (millis >= 0) {
            return millis;
        }
        String text = headers.get("retry-after");
        long seconds = number(text, 1000);
        return seconds >= 0 || text == null ? seconds : until(date(text.strip()), now);
    }

    /** As {@link #millis}, for a request that was refused because a limit is exhausted. */
    static long throttled(MultiMap headers, Instant now) {
        long explicit = millis(headers, now);
        if (explicit >= 0) {
            return explicit;
        }
        long longest = -1;
        for (Limit limit : LIMITS) {
            if (number(headers.get(limit.remaining), 1) == 0) {
                longest = Math.max(longest, reset(headers.get(limit.reset), now));
            }
        }
        return longest;
    }

    private static long reset(String text, Instant now) {
        if (text == null) {
            return -1;
        }
        long duration = RetryDelayText.millis(text);
        if (duration >= 0) {
            return duration;
        }
        double number = parsed(text);
        if (number >= EPOCH_MILLIS) {
            return until(Instant.ofEpochMilli((long) number), now);
        }
        if (number >= EPOCH_SECONDS) {
            return until(Instant.ofEpochSecond((long) number), now);
        }
        return number >= 0 ? number(text, 1000) : until(moment(text.strip()), now);
    }

    private static long number(String text, int unit) {
        double value = text == null ? -1 : parsed(text) * unit;
        return value >= 0 && value <= Integer.MAX_VALUE ? (long) Math.min(Math.ceil(value), LONGEST_MILLIS) : -1;
    }

    private static double parsed(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    private static long until(Instant then, Instant now) {
        if (then == null) {
            return -1;
        }
        return Math.clamp(Duration.between(now, then).toMillis(), 0, LONGEST_MILLIS);
    }

    private static Instant date(String text) {
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException notADate) {
            return null;
        }
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notADate) {
            return null;
        }
    }
}
