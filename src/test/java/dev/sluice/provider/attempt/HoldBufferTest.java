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
        assertThat(buffer.limitReached(2)).isFalse();
        assertThat(buffer.limitReached(3)).isTrue();
        buffer.append(TOO_MUCH);
        assertThat(buffer.limitReached(1)).isTrue();
    }

    @Test
    void aStreamHeldToItsEndIsReleasedByNeitherEventsNorTimeNorBytes() {
        HoldBuffer buffer = new HoldBuffer(new CallPolicy.HoldLimits(3, 500, true));
        buffer.append(TOO_MUCH);

        assertThat(buffer.millis()).isZero();
        assertThat(buffer.limitReached(1000)).isFalse();
        assertThat(buffer.tooLarge()).isTrue();
    }

    @Test
    void bytesAreReleasedInOrderWithoutEmptyParts() {
        HoldBuffer buffer = new HoldBuffer(new CallPolicy.HoldLimits(3, 500, false));
        ByteSlice first = ByteSlice.of("data: 1");
        ByteSlice second = ByteSlice.of("data: 22");
        buffer.append(first);
        buffer.append(ByteSlice.EMPTY);
        buffer.append(second);

        assertThat(buffer.release()).containsExactly(first, second);
        assertThat(buffer.bytes()).isEqualTo(15);
    }
}
