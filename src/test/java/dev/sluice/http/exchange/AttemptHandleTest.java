package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import org.junit.jupiter.api.Test;

/** The tests of {@link AttemptHandle}: the received part of the stream and the time since the start. */
class AttemptHandleTest {

    private final AttemptHandle attempt = new AttemptHandle(2, FakeListener.B, AttemptReservation.UNLIMITED);

    @Test
    void anAttemptStartsWithNothingReceived() {
        assertThat(attempt.number).isEqualTo(2);
        assertThat(attempt.target).isEqualTo(FakeListener.B);
        assertThat(attempt.respondedNanos).isZero();
        assertThat(attempt.batches).isZero();
        assertThat(attempt.bytes).isZero();
        assertThat(attempt.lost || attempt.complete || attempt.mayBeBilled).isFalse();
    }

    @Test
    void batchesAndBytesAddUpBeyondAnInteger() {
        attempt.received(Integer.MAX_VALUE);
        attempt.received(Integer.MAX_VALUE);
        attempt.received(0);

        assertThat(attempt.batches).isEqualTo(3);
        assertThat(attempt.bytes).isEqualTo(2L * Integer.MAX_VALUE);
    }

    @Test
    void itsTimeRunsFromItsStart() {
        long before = attempt.millis();

        assertThat(before).isBetween(0L, (System.nanoTime() - attempt.startNanos) / 1_000_000);
    }
}
