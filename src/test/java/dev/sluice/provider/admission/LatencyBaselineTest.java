package dev.sluice.provider.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When responses count as slow: compared with the latency without load, by windows of a second and 30 responses. */
class LatencyBaselineTest {

    private static final long MILLI = 1_000_000;
    private static final int LIMIT = 100;
    private static final int BUSY = 80;

    private final LatencyBaseline baseline = new LatencyBaseline(2);
    /** Overflows during the test, as {@link System#nanoTime} may. */
    private long now = Long.MAX_VALUE - 1_500 * MILLI;

    @Test
    void theFirstWindowIsNeverSlow() {
        assertThat(window(60_000, BUSY)).isFalse();
    }

    @Test
    void aLatencyUpToTheToleranceIsNormal() {
        window(100, BUSY);

        assertThat(window(200, BUSY)).isFalse();
        assertThat(window(201, BUSY)).isTrue();
    }

    @Test
    void fewerThanThirtyResponsesDecideNothing() {
        window(100, BUSY);
        for (int i = 0; i < 29; i++) {
            now += 100 * MILLI;
            assertThat(response(1_000, BUSY)).isFalse();
        }

        assertThat(response(1_000, BUSY)).isTrue();
    }

    @Test
    void aWindowLastsASecond() {
        window(100, BUSY);
        for (int i = 0; i < 200; i++) {
            assertThat(response(1_000, BUSY)).isFalse();
        }
        now += 999 * MILLI;
        assertThat(response(1_000, BUSY)).isFalse();

        now += MILLI;

        assertThat(response(1_000, BUSY)).isTrue();
        assertThat(response(1_000, BUSY)).as("a new window has begun").isFalse();
    }

    @Test
    void theBaselineFallsUnderLoadAndDoesNotRise() {
        window(100, BUSY);
        window(190, BUSY);
        window(190, BUSY);
        assertThat(window(210, BUSY)).as("compared with 100 ms still").isTrue();

        window(20, BUSY); // half of the way: 60 ms

        assertThat(window(120, BUSY)).isFalse();
        assertThat(window(130, BUSY)).isTrue();
    }

    @Test
    void theBaselineFollowsAnIdleProvider() {
        window(100, BUSY);

        // Fewer than half of the limit run: a quarter of the way each time, up and down.
        window(180, 49);
        assertThat(window(230, BUSY)).as("compared with 120 ms").isFalse();
        assertThat(window(250, BUSY)).isTrue();
    }

    @Test
    void exactlyHalfOfTheLimitIsNotIdle() {
        window(100, BUSY);

        window(180, 50);

        assertThat(window(210, BUSY)).as("compared with 100 ms").isTrue();
    }

    @Test
    void aProviderThatStaysSlowWithHalfTheAttemptsHasANewBaseline() {
        window(100, 120);
        assertThat(window(1_000, 120)).isTrue();

        assertThat(window(900, 61)).as("more than half as many").isTrue();
        assertThat(window(900, 60)).as("half as many").isFalse();

        assertThat(window(1_800, 120)).as("compared with 900 ms").isFalse();
        assertThat(window(1_801, 120)).isTrue();
    }

    @Test
    void aProviderThatRecoversWithHalfTheAttemptsKeepsItsBaseline() {
        window(100, 120);
        window(1_000, 120);

        assertThat(window(800, 60)).as("a fifth faster: the load was the cause").isTrue();

        assertThat(window(201, 120)).isTrue();
    }

    @Test
    void theHighestNumberOfAttemptsInAWindowCounts() {
        window(100, 120);
        window(1_000, 120);

        for (int i = 0; i < 29; i++) {
            response(900, i == 7 ? 61 : 20);
        }
        now += 1_000 * MILLI;

        assertThat(response(900, 20)).as("61 ran at one moment").isTrue();
    }

    /** Thirty responses within a second, the last of which ends the window. */
    private boolean window(int millis, int running) {
        for (int i = 0; i < 29; i++) {
            assertThat(response(millis, running)).isFalse();
        }
        now += 1_000 * MILLI;
        return response(millis, running);
    }

    private boolean response(int millis, int running) {
        return baseline.isOverloaded(now, millis * MILLI, running, LIMIT);
    }
}
