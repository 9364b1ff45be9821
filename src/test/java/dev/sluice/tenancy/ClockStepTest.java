package dev.sluice.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.quota.QuotaClock;
import org.junit.jupiter.api.Test;

class ClockStepTest {

    private long wall = 1_800_000_000_000L;
    private long monotonic;

    @Test
    void aStepIsReportedOnceAndASlewIsNot() {
        ClockStep step = new ClockStep(new QuotaClock() {
            @Override
            public long millis() {
                return monotonic;
            }

            @Override
            public long epochMillis() {
                return wall;
            }
        });

        pass(5_000, 0);
        assertThat(step.sinceLastCall()).isZero();
        pass(5_000, 1_000);
        assertThat(step.sinceLastCall()).as("slewed by NTP").isZero();
        pass(5_000, 3_600_000);
        assertThat(step.sinceLastCall()).isEqualTo(3_600_000);
        pass(5_000, 0);
        assertThat(step.sinceLastCall()).as("reported once").isZero();
        pass(5_000, -7_200_000);
        assertThat(step.sinceLastCall()).isEqualTo(-7_200_000);
    }

    private void pass(long millis, long setBy) {
        monotonic += millis;
        wall += millis + setBy;
    }
}
