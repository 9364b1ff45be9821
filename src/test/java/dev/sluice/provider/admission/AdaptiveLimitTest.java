package dev.sluice.provider.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ProviderConfig.Concurrency;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The limit falls when responses are slow or attempts are dropped, rises again, and stays in its range. */
class AdaptiveLimitTest {

    private static final long MILLI = 1_000_000;
    private static final Concurrency SETTINGS = new Concurrency(true, 50, 5, 80, 100, Duration.ofSeconds(1));

    private final AdaptiveLimit bound = new AdaptiveLimit(SETTINGS, 0);
    private long now = Long.MAX_VALUE - 3_000 * MILLI;

    @Test
    void theLimitRisesToItsMaximumWhileLatencyStaysTheSameUnderLoad() {
        responses(false, 60, 100);

        assertThat(bound.limit()).isEqualTo(80);
    }

    @Test
    void theLimitStaysWhileFewAttemptsRun() {
        for (int i = 0; i < 2_000; i++) {
            response(false, 100, 3);
        }

        assertThat(bound.limit()).isEqualTo(50);
    }

    @Test
    void theLimitFallsWithSlowResponsesAndRisesWithFastOnes() {
        responses(false, 20, 100);
        responses(false, 10, 400);
        int slow = bound.limit();

        responses(false, 60, 100);

        assertThat(slow).isLessThan(40);
        assertThat(bound.limit()).isGreaterThan(slow + 20);
    }

    @Test
    void theBaselineAdaptsWhenFewerAttemptsDoNotHelp() {
        responses(false, 20, 100);

        responses(false, 180, 300);

        // Three times as slow at any concurrency: the provider is slower, not overloaded.
        assertThat(bound.limit()).isGreaterThan(40);
    }

    @Test
    void droppedAttemptsLowerTheLimitOnceForAllThatRanTogether() {
        long began = now;
        now += 10 * MILLI;
        for (int i = 0; i < 30; i++) {
            bound.dropped(began, now, 40);
        }
        assertThat(bound.limit()).isEqualTo(36);

        bound.dropped(now + MILLI, now + 2 * MILLI, 36);
        assertThat(bound.limit()).isEqualTo(32);
    }

    @Test
    void theLimitNeverFallsBelowItsMinimum() {
        for (int i = 0; i < 50; i++) {
            now += 10 * MILLI;
            bound.dropped(now, now + MILLI, 4);
        }

        assertThat(bound.limit()).isEqualTo(5);
    }

    @Test
    void afterADropTheLimitRisesByOneForEachRoundOfResponses() {
        bound.dropped(now, now + MILLI, 20);
        assertThat(bound.limit()).isEqualTo(18);

        for (int i = 0; i < 18; i++) {
            response(false, 100, 18);
        }

        assertThat(bound.limit()).isEqualTo(19);
    }

    @Test
    void aMixOfStreamsAndWholeResponsesIsNotSlow() {
        for (int i = 0; i < 3_000; i++) {
            response(i % 300 > 150, i % 300 > 150 ? 5_000 : 100, bound.limit());
        }

        assertThat(bound.limit()).isGreaterThanOrEqualTo(50);
    }

    @Test
    void aFixedLimitIsTheMaximum() {
        AdaptiveLimit both = new AdaptiveLimit(SETTINGS, 8);

        assertThat(both.limit()).isEqualTo(8);
    }

    /** Responses for the given seconds, with as many attempts at once as the limit allows. */
    private void responses(boolean whole, int seconds, int millis) {
        long end = now + seconds * 1_000L * MILLI;
        while (now - end < 0) {
            response(whole, millis, bound.limit());
        }
    }

    private void response(boolean whole, int millis, int running) {
        now += Math.max(1, millis * MILLI / running);
        bound.responseReceived(whole, now - millis * MILLI, millis * MILLI, running);
    }
}
