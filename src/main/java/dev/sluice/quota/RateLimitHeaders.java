package dev.sluice.quota;

import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;

/**
 * The rate limit headers of one response: the state of the tightest limit of each kind when the request was admitted. A
 * component is null where no such limit applies.
 */
public record RateLimitHeaders(LimitStatus requests, LimitStatus tokens, LimitStatus input, LimitStatus output) {

    static final RateLimitHeaders NONE = new RateLimitHeaders(null, null, null, null);

    private static final Names OPENAI_REQUESTS = Names.openAi("requests");
    private static final Names OPENAI_TOKENS = Names.openAi("tokens");
    private static final Names ANTHROPIC_REQUESTS = Names.anthropic("requests");
    private static final Names ANTHROPIC_TOKENS = Names.anthropic("tokens");
    private static final Names ANTHROPIC_INPUT = Names.anthropic("input-tokens");
    private static final Names ANTHROPIC_OUTPUT = Names.anthropic("output-tokens");

    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;

    /**
     * The state of one limit, for response headers.
     *
     * @param limit per minute
     * @param remaining of the limit
     * @param resetMillis until the whole limit is available again if no other request comes
     */
    public record LimitStatus(long limit, long remaining, long resetMillis) {

        static LimitStatus of(EffectiveLimits limits, Account account, LimitUnit unit, long millis) {
            long limit = limits.of(unit);
            SlidingWindow window = account.window(unit);
            long used = window.used(millis / Quota.SECOND);
            return new LimitStatus(limit, Math.max(0, limit - used), window.resetMillis(millis));
        }

        /** The one of which less is left, by its share; null is none. */
        static LimitStatus tighter(LimitStatus one, LimitStatus other) {
            if (one == null || other == null) {
                return one == null ? other : one;
            }
            return (double) other.remaining / other.limit < (double) one.remaining / one.limit ? other : one;
        }
    }

    RateLimitHeaders with(RateLimitHeaders other) {
        return new RateLimitHeaders(
                LimitStatus.tighter(requests, other.requests),
                LimitStatus.tighter(tokens, other.tokens),
                LimitStatus.tighter(input, other.input),
                LimitStatus.tighter(output, other.output));
    }

    static RateLimitHeaders of(EffectiveLimits limits, Account account, long millis) {
        return new RateLimitHeaders(
                of(limits, account, LimitUnit.REQUESTS, millis),
                of(limits, account, LimitUnit.TOKENS, millis),
                of(limits, account, LimitUnit.INPUT, millis),
                of(limits, account, LimitUnit.OUTPUT, millis));
    }

    /**
     * {@code x-ratelimit-limit-requests: 600}, {@code x-ratelimit-reset-requests: 6m0s}, as OpenAI writes them. OpenAI
     * has one kind of tokens: the tightest of the three is written.
     */
    public void writeOpenAi(BiConsumer<String, String> header) {
        OPENAI_REQUESTS.write(requests, RateLimitHeaders::duration, header);
        OPENAI_TOKENS.write(
                LimitStatus.tighter(LimitStatus.tighter(tokens, input), output), RateLimitHeaders::duration, header);
    }

    /** {@code anthropic-ratelimit-requests-limit: 600}, with the moment of the reset in RFC 3339. */
    public void writeAnthropic(long epochMillis, BiConsumer<String, String> header) {
        LongFunction<String> moment =
                millis -> Instant.ofEpochMilli(epochMillis + millis).toString();
        ANTHROPIC_REQUESTS.write(requests, moment, header);
        ANTHROPIC_TOKENS.write(tokens, moment, header);
        ANTHROPIC_INPUT.write(input, moment, header);
        ANTHROPIC_OUTPUT.write(output, moment, header);
    }

    /** {@code 84ms}, {@code 1.25s}, {@code 6m0s}: how Go and OpenAI write durations. */
    static String duration(long millis) {
        if (millis < SECOND) {
            return millis + "ms";
        }
        StringBuilder text = new StringBuilder(12);
        if (millis >= MINUTE) {
            text.append(millis / MINUTE).append('m');
        }
        text.append(millis % MINUTE / SECOND);
        long rest = millis % SECOND;
        if (rest > 0) {
            text.append('.');
            for (long digit = SECOND / 10; rest > 0; digit /= 10) {
                text.append((char) ('0' + rest / digit));
                rest %= digit;
            }
        }
        return text.append('s').toString();
    }

    private static LimitStatus of(EffectiveLimits limits, Account account, LimitUnit unit, long millis) {
        return limits.of(unit) == 0 ? null : LimitStatus.of(limits, account, unit, millis);
    }

    /** Header names, built once. */
    private record Names(String limit, String remaining, String reset) {

        static Names openAi(String unit) {
            return new Names("x-ratelimit-limit-" + unit, "x-ratelimit-remaining-" + unit, "x-ratelimit-reset-" + unit);
        }

        static Names anthropic(String unit) {
            String prefix = "anthropic-ratelimit-" + unit;
            return new Names(prefix + "-limit", prefix + "-remaining", prefix + "-reset");
        }

        void write(LimitStatus rate, LongFunction<String> resetText, BiConsumer<String, String> header) {
            if (rate != null) {
                header.accept(limit, Long.toString(rate.limit()));
                header.accept(remaining, Long.toString(rate.remaining()));
                header.accept(reset, resetText.apply(rate.resetMillis()));
            }
        }
    }
}
