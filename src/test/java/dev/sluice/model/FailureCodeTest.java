package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FailureCodeTest {

    @Test
    void eachCodeIsReadBackFromItsError() {
        for (FailureCode code : FailureCode.values()) {
            GatewayError error = GatewayError.of(GatewayError.Kind.UPSTREAM, "").withCode(code);

            assertThat(FailureCode.of(error)).isEqualTo(code);
            assertThat(code.is(error)).isTrue();
            assertThat(error.code()).isEqualTo(code.code());
        }
    }

    @Test
    void aProvidersOwnCodeIsNoneOfThese() {
        GatewayError error = GatewayError.of(GatewayError.Kind.UPSTREAM, "").withCode("server_busy");

        assertThat(FailureCode.of(error)).isNull();
        assertThat(FailureCode.BREAKER_OPEN.is(error)).isFalse();
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
