package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogRateTest {

    private long now = Long.MAX_VALUE - 500_000_000;

    @Test
    void admitsOneLineASecondAndCountsTheOthers() {
        LogRate rate = new LogRate(() -> now);

        assertThat(rate.admit()).isZero();
        assertThat(rate.admit()).isEqualTo(LogRate.SUPPRESSED);
        now += 999_999_999; // The clock overflows meanwhile.
        assertThat(rate.admit()).isEqualTo(LogRate.SUPPRESSED);
        now += 1;
        assertThat(rate.admit()).isEqualTo(2);
        now += 5_000_000_000L;
        assertThat(rate.admit()).isZero();
    }
}
