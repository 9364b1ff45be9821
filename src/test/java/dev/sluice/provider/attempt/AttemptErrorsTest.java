package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Strictness;
import dev.sluice.stream.TimeLimit;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptErrorsTest {

    @Test
    void aTimeoutNamesItsKeyAndItsLength() {
        GatewayError error = AttemptErrors.timedOut("up", TimeLimit.FIRST_BYTE, 300, false);

        assertThat(error.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(error.message())
                .isEqualTo("provider up timed out: timeouts.first_byte of 300ms passed, without a response head");
    }

    @Test
    void theDeadlineOfTheRequestMayBeTheClients() {
        assertThat(AttemptErrors.timedOut("up", TimeLimit.TOTAL, 80, true).message())
                .isEqualTo("provider up timed out: timeouts.total or the client's own deadline passed 80ms after this"
                        + " attempt started");
    }

    @Test
    void unsupportedParametersAreListedAndTheFirstIsTheParam() {
        GatewayError error = AttemptErrors.unsupportedParameters("up", List.of("seed", "stop=4"), Strictness.ALL);

        assertThat(error.message()).startsWith("provider up does not take the request unchanged (seed, stop=4)");
        assertThat(error.param()).isEqualTo("seed");
        assertThat(error.code()).isEqualTo("unsupported_parameter");
    }

    @Test
    void aFullPoolNamesItsSettingsAndWhenToRetry() {
        GatewayError error = AttemptErrors.poolQueueFull("up");

        assertThat(error.code()).isEqualTo("queue_full");
        assertThat(error.message()).contains("pool.max_connections", "pool.max_queue");
        assertThat(error.retryAfterMillis()).isEqualTo(1000);
    }
}
