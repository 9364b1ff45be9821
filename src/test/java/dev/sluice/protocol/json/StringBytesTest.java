package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Searching eight bytes at a time finds what searching one by one finds. */
class StringBytesTest {

    private static final byte[] BYTES = {'"', '\\', ' ', '!', '#', '[', ']', 'a', 0, 1, 0x7f, (byte) 0x80, (byte) 0xa2};

    @Test
    void theNextQuoteIsFoundBeforeTheEndOnly() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = BYTES[random.nextInt(4) == 0 ? 0 : random.nextInt(BYTES.length)];
            }
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int expected = from;
            while (expected < to && bytes[expected] != '"') {
                expected++;
            }

            assertThat(StringBytes.nextQuote(bytes, from, to)).isEqualTo(expected);
        }
    }

    @Test
    void theNextSpecialByteEndsAString() {
        Random random = new Random(8);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(40)];
            for (int i = 0; i < bytes.length - 1; i++) {
                bytes[i] = BYTES[2 + random.nextInt(BYTES.length - 2)];
            }
            bytes[random.nextInt(bytes.length)] = '\\';
            bytes[bytes.length - 1] = '"';
            int expected = 0;
            while (bytes[expected] != '"' && bytes[expected] != '\\') {
                expected++;
            }
            int orSpace = 0;
            while (bytes[orSpace] != '"' && bytes[orSpace] != '\\' && bytes[orSpace] > ' ') {
                orSpace++;
            }

            assertThat(StringBytes.nextSpecial(bytes, 0, bytes.length)).isEqualTo(expected);
            assertThat(StringBytes.nextSpecialOrSpace(bytes, 0, bytes.length)).isEqualTo(orSpace);
        }
    }
}
