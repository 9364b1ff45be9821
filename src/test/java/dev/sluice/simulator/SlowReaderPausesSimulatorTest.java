package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RawClient.Received;
import dev.sluice.testkit.RunningSimulator;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SlowReaderPausesSimulatorTest {

    private static final int TOKEN = 65_536;
    private static final int SMALL = 16_384;

    @RegisterExtension
    static final RunningSimulator SIMULATOR = RunningSimulator.steerable();

    @Test
    void streamWaitsForItsReaderAndThenArrivesWhole() throws IOException {
        try (RawClient client = ask(128)) {
            await().until(() -> SIMULATOR.log().pauseCount() > 0);

            Received received = client.read(2000, "0\r\n\r\n");

            assertThat(received.count("\"delta\":{\"content\":")).isEqualTo(128);
            assertThat(received.text()).contains("data: [DONE]").hasSizeGreaterThan(128 * TOKEN);
        }
    }

    /**
     * The rest of a stream of 256 MiB must not have been made: what was sent fits the kernel's buffers and the write
     * queue.
     */
    @Test
    void unreadStreamIsNotGenerated() throws IOException {
        try (RawClient client = ask(4096)) {
            await().until(() -> SIMULATOR.log().pauseCount() > 0);
        }

        await().until(() -> SIMULATOR.log().abortCount() == 1);
        assertThat(SIMULATOR.log().aborts().getFirst().piecesSent()).isBetween(2, 400);
    }

    private static RawClient ask(int tokens) throws IOException {
        return RawClient.connect(SIMULATOR.port(), SMALL)
                .post(
                        "/v1/chat/completions",
                        ChatClient.request("lorem", "x").put("stream", true).encode(),
                        "x-sluice-simulate: bytes=" + TOKEN + ", tokens=" + tokens);
    }
}
