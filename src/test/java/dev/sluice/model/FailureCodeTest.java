package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FailureCodeTest {

    @Test
    void anErrorKeepsItsFailureThroughEveryOtherChange() {
        for (FailureCode failure : FailureCode.values()) {
            GatewayError error = GatewayError.of(GatewayError.Kind.UPSTREAM, "")
                    .withCode(failure)
                    .withMessage("more")
                    .withStatus(503)
                    .withParam("model")
                    .withRetryAfter(10);

            assertThat(error.failure()).isEqualTo(failure);
            assertThat(error.code()).isEqualTo(failure.code());
        }
    }

    @Test
    void aCodeThatIsTextIsNoFailureOfSluicesOwn() {
        for (FailureCode failure : FailureCode.values()) {
            GatewayError error = GatewayError.of(GatewayError.Kind.UPSTREAM, "").withCode(failure);

            assertThat(error.withCode(failure.code()).failure()).isNull();
        }
    }

    @Test
    void callsThatSluiceKeptFromTheProviderAreNotSent() {
        assertThat(Arrays.stream(FailureCode.values())
                        .filter(FailureCode::isNotSent)
                        .map(FailureCode::code))
                .containsExactlyInAnyOrder(
                        "breaker_open", "provider_drained", "queue_full", "saturated", "limits_spent");
    }
}
