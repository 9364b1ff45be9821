package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.CallPolicy;
import dev.sluice.model.ByteSlice;
import org.junit.jupiter.api.Test;

class HoldBufferTest {

    private static final ByteSlice TOO_MUCH =
            new ByteSlice(new byte[HoldBuffer.MAX_BYTES + 1], 0, HoldBuffer.MAX_BYTES + 1);

    @Test
    void enoughEventsOrTooManyBytesReleaseTheStream() {
        HoldBuffer buffer = new HoldBuffer(new CallPolicy.HoldLimits(3, 500, false));

        assertThat(buffer.millis()).isEqualTo(500);
        assertThat(buffer.enough(2)).isFalse();
        assertThat(buffer.enough(3)).isTrue();
        buffer.keep(TOO_MUCH);
        assertThat(buffer.enough(1)).isTrue();
    }

    @Test
    void aStreamHeldToItsEndIsReleasedByNeitherEventsNorTimeNorBytes() {
        HoldBuffer buffer = new HoldBuffer(new CallPolicy.HoldLimits(3, 500, true));
        buffer.keep(TOO_MUCH);

        assertThat(buffer.millis()).isZero();
        assertThat(buffer.enough(1000)).isFalse();
        assertThat(buffer.tooMuch()).isTrue();
    }

    @Test
    void bytesAreReleasedInOrderWithoutEmptyParts() {
        HoldBuffer buffer = new HoldBuffer(new CallPolicy.HoldLimits(3, 500, false));
        ByteSlice first = ByteSlice.of("data: 1");
        ByteSlice second = ByteSlice.of("data: 22");
        buffer.keep(first);
        buffer.keep(ByteSlice.EMPTY);
        buffer.keep(second);

        assertThat(buffer.release()).containsExactly(first, second);
        assertThat(buffer.bytes()).isEqualTo(15);
    }
}
