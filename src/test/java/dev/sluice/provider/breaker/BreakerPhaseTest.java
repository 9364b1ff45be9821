package dev.sluice.provider.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.BreakerStatus.State;
import dev.sluice.provider.breaker.BreakerPhase.Closed;
import dev.sluice.provider.breaker.BreakerPhase.HalfOpen;
import dev.sluice.provider.breaker.BreakerPhase.Open;
import org.junit.jupiter.api.Test;

/** What each phase reports of its open period, and which of them an operator holds. */
class BreakerPhaseTest {

    private final OpenPeriod byRule = OpenPeriod.byRule("6 of 10 failed", 1_000);
    private final OpenPeriod held = OpenPeriod.held("maintenance", 1_000);

    @Test
    void aClosedBreakerHasNoOpenPeriodAndIsHeldWithAReasonOnly() {
        BreakerPhase closed = new Closed(null, null);

        assertThat(closed.state()).isEqualTo(State.CLOSED);
        assertThat(closed.openPeriod()).isNull();
        assertThat(closed.reason()).isNull();
        assertThat(closed.isHeld()).isFalse();
        assertThat(new Closed(null, "a test").isHeld()).isTrue();
        assertThat(new Closed(null, "a test").reason()).isEqualTo("a test");
    }

    @Test
    void anOpenBreakerIsHeldAsItsPeriodIs() {
        BreakerPhase open = new Open(byRule, null);

        assertThat(open.state()).isEqualTo(State.OPEN);
        assertThat(open.openPeriod()).isSameAs(byRule);
        assertThat(open.reason()).isEqualTo("6 of 10 failed");
        assertThat(open.isHeld()).isFalse();
        assertThat(new Open(held, null).isHeld()).isTrue();
        assertThat(new Open(held, null).reason()).isEqualTo("maintenance");
    }

    @Test
    void aHalfOpenBreakerKeepsThePeriodOfItsOpeningAndIsNeverHeld() {
        BreakerPhase halfOpen = new HalfOpen(held, null);

        assertThat(halfOpen.state()).isEqualTo(State.HALF_OPEN);
        assertThat(halfOpen.openPeriod()).isSameAs(held);
        assertThat(halfOpen.reason()).isEqualTo("maintenance");
        assertThat(halfOpen.isHeld()).isFalse();
    }

    /** Transitions compare by identity, so that an equal phase of another time is not taken for this one. */
    @Test
    void theNextPeriodNamesTheProbeAndTheFirstCause() {
        byRule.endedByHealthCheck = true;

        OpenPeriod next = byRule.reopened("the probe failed", 2_000);

        assertThat(next).isNotSameAs(byRule);
        assertThat(new Open(next, null).reason()).isEqualTo("the probe failed, after 6 of 10 failed");
        assertThat(next.cause).isEqualTo("6 of 10 failed");
        assertThat(next.healthCheckMisled).isTrue();
        assertThat(next.held).isFalse();
    }
}
