package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each timeout fires alone, is named in the error, and closes the upstream request. All other timeouts are long. */
class TimeoutsAreReportedByNameTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        StringBuilder providers = new StringBuilder("providers:\n");
        for (String timeout : List.of("first_byte", "first_token", "idle", "response", "total")) {
            providers.append(
                    "  %s: { type: openai_compatible, base_url: \"%s\", api_keys: [{ key: test }], timeouts: { %s: 300ms } }\n"
                            .formatted(timeout, simulator.baseUrl(), timeout));
        }
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + providers);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @Test
    void firstByteOfAStream() {
        assertTimedOut("first_byte", ask("first_byte/lorem_head-30s", true));
    }

    @Test
    void firstTokenOfAStream() {
        assertTimedOut("first_token", ask("first_token/lorem_slow-30s", true));
    }

    @Test
    void firstTokenAfterTheHeadersOnly() {
        assertTimedOut("first_token", ask("first_token/fault-headers-then-stall", true));
    }

    @Test
    void response() {
        assertTimedOut("response", ask("response/lorem_slow-30s", false));
    }

    @Test
    void idleBodyOfAResponse() {
        assertTimedOut("idle", ask("idle/lorem_fault-stall", false));
    }

    @Test
    void totalOfAResponse() {
        assertTimedOut("total", ask("total/lorem_slow-30s", false));
    }

    @Test
    void idleStream() {
        assertStreamTimedOut("idle", ask("idle/lorem-60_fault-stall@40", true));
    }

    @Test
    void totalOfAStreamThatIsNeverIdle() {
        assertStreamTimedOut("total", ask("total/lorem-1000_gap-20ms", true));
    }

    private static HttpResponse<String> ask(String model, boolean stream) {
        return sluice.chat().chat(ChatClient.request(model, "Hello").put("stream", stream));
    }

    private static void assertTimedOut(String timeout, HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(504);
        assertReported(timeout, ObservedState.error(response.body()));
    }

    private static void assertStreamTimedOut(String timeout, HttpResponse<String> response) {
        List<JsonObject> chunks = ChatClient.chunks(response.body());
        assertThat(chunks).hasSizeGreaterThan(1);
        assertThat(response.body()).doesNotContain("[DONE]");
        assertReported(timeout, chunks.get(chunks.size() - 1).getJsonObject("error"));
    }

    private static void assertReported(String timeout, JsonObject error) {
        assertThat(error.getString("code")).isEqualTo("upstream_timeout");
        // The whole request's deadline may be the caller's own, too: it is named without a figure of the provider's.
        String named = timeout.equals("total") ? "timeouts.total" : "timeouts." + timeout + " of 300ms";
        assertThat(error.getString("message")).contains(named);
        ObservedState.awaitInFlight(sluice, timeout, 0);
        await().until(() -> simulator.log().abortCount() == 1);
    }
}
