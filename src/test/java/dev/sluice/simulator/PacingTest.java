package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RawClient.Received;
import dev.sluice.testkit.RunningSimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PacingTest {

    @RegisterExtension
    static final RunningSimulator SIMULATOR = RunningSimulator.steerable();

    @Test
    void headersComeAtOnceAndEventsWithTheFirstToken() throws IOException {
        try (RawClient client = ask("lorem_slow-1s", true)) {
            Received early = client.read(400);
            Received later = client.read(2000, "0\r\n\r\n");

            assertThat(early.text()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
            assertThat(early.body()).isEmpty();
            assertThat(later.text()).contains("\"role\":\"assistant\"").contains("[DONE]");
        }
    }

    @Test
    void headersOfAStreamCanBeLate() throws IOException {
        try (RawClient client = ask("lorem_head-1s", true)) {
            assertThat(client.read(400).text()).isEmpty();
            assertThat(client.read(2000, "0\r\n\r\n").text()).contains("[DONE]");
        }
    }

    @Test
    void tokensKeepTheirGap() throws IOException {
        long start = System.nanoTime();
        try (RawClient client = ask("fast-11_gap-20ms", true)) {
            client.read(2000, "0\r\n\r\n");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(3));
    }

    @Test
    void aResponseThatIsNotStreamedArrivesWhenItsLastTokenWould() throws IOException {
        try (RawClient client = ask("lorem-51_slow-500ms_gap-10ms", false)) {
            assertThat(client.read(600).text()).isEmpty();
            assertThat(client.read(2000, "}").text()).contains("chat.completion");
        }
    }

    @Test
    void jitterStaysWithinItsShare() {
        Pacing pacing = new Pacing(Duration.ofMillis(100), Duration.ofMillis(10), 0.5);
        assertThat(IntStream.range(0, 1000).mapToLong(i -> pacing.delayMillis(Pacing.Beat.FIRST)))
                .allMatch(millis -> millis >= 50 && millis <= 150)
                .anyMatch(millis -> millis < 90)
                .anyMatch(millis -> millis > 110);
    }

    private static RawClient ask(String model, boolean stream) throws IOException {
        return RawClient.connect(SIMULATOR.port())
                .post(
                        "/v1/chat/completions",
                        ChatClient.request(model, "x").put("stream", stream).encode());
    }
}
