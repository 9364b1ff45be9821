package dev.sluice.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
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
        assertThat(new AttemptTimeouts(0, 20, 0, 40).orElse(PROVIDERS)).isEqualTo(new AttemptTimeouts(1, 20, 3, 40));
        assertThat(AttemptTimeouts.UNSET.orElse(PROVIDERS)).isSameAs(PROVIDERS);
    }

    @Test
    void aDurationThatIsNullIsNotSet() {
        assertThat(AttemptTimeouts.of(null, Duration.ofSeconds(2), null, Duration.ofMillis(4)))
                .isEqualTo(new AttemptTimeouts(0, 2_000, 0, 4));
        assertThat(AttemptTimeouts.of(null, null, null, null)).isSameAs(AttemptTimeouts.UNSET);
    }
}
