package dev.sluice.provider.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bus.CallPolicy;
import dev.sluice.stream.TimeLimit;
import org.junit.jupiter.api.Test;

class AttemptTimeoutsTest {

    private static final AttemptTimeouts PROVIDERS = new AttemptTimeouts(1, 2, 3, 4);

    @Test
    void eachLimitHasItsTimeout() {
        assertThat(PROVIDERS.millis(TimeLimit.FIRST_BYTE)).isEqualTo(1);
        assertThat(PROVIDERS.millis(TimeLimit.FIRST_TOKEN)).isEqualTo(2);
        assertThat(PROVIDERS.millis(TimeLimit.IDLE)).isEqualTo(3);
        assertThat(PROVIDERS.millis(TimeLimit.RESPONSE)).isEqualTo(4);
    }

    @Test
    void anyOtherLimitIsRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> PROVIDERS.millis(TimeLimit.TOTAL));
        assertThatIllegalArgumentException().isThrownBy(() -> PROVIDERS.millis(TimeLimit.MARKER));
    }

    @Test
    void theCallsOwnTimeoutsReplaceTheProvidersOneByOne() {
        assertThat(PROVIDERS.with(new CallPolicy.Timeouts(0, 20, 0, 40))).isEqualTo(new AttemptTimeouts(1, 20, 3, 40));
        assertThat(PROVIDERS.with(CallPolicy.Timeouts.PROVIDERS)).isSameAs(PROVIDERS);
    }
}
