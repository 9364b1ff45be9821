package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What all stand-ins have in common: they fail when told to, by whom they are told to, and see who leaves early. */
final class MocksFailOnDemandTest {

    private static CohereMock mock;
    private static MockClient asking;

    @BeforeAll
    static void open() {
        mock = CohereMock.open();
        asking = new MockClient(mock.baseUrl(), "authorization", "Bearer " + mock.key());
    }

    @AfterAll
    static void close() {
        mock.close();
    }

    @BeforeEach
    void forget() {
        mock.reset();
    }

    @Test
    void failsTheRequestedNumberOfTimes() {
        mock.failNext(2, "overloaded");

        assertThat(say("hi").status()).isEqualTo(503);
        assertThat(say("hi").status()).isEqualTo(503);
        assertThat(say("hi").status()).isEqualTo(200);
        assertThat(mock.requests()).hasSize(3);
    }

    @Test
    void failsUntilItIsHealed() {
        mock.failAll("status_504");
        assertThat(say("hi").status()).isEqualTo(504);

        mock.stopFailing();
        assertThat(say("hi").status()).isEqualTo(200);
    }

    @Test
    void leavesFaultsInTextsToAnother() {
        mock.ignoreFaultsInTexts();

        assertThat(say("fault: overloaded").body()).contains("echo: fault: overloaded");
    }

    @Test
    void rejectsUnknownFaults() {
        assertThatThrownBy(() -> mock.failNext(1, "sulk")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void waitsBeforeItAnswers() {
        mock.respondAfter(Duration.ofMillis(80));
        long before = System.nanoTime();

        say("hi");

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
    }

    @Test
    void seesAClientLeaveInTheMiddle() throws IOException, InterruptedException {
        JsonObject body = MockClient.chat("command-a-03-2025", "fault: hang").put("stream", true);
        HttpRequest request = asking.request("/v2/chat")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            try (InputStream stream = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                assertThat(new String(stream.readNBytes(20), java.nio.charset.StandardCharsets.UTF_8))
                        .startsWith("event: message-start");
            }
            client.shutdownNow();
        }

        await().until(() -> mock.disconnects() == 1);
    }

    private static MockClient.Response say(String text) {
        return asking.post("/v2/chat", MockClient.chat("command-a-03-2025", text));
    }
}
