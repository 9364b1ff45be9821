package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failed streams are distinguished from complete ones for every kind of failure within the stream. */
class StreamEndsAreClassifiedTest {

    /** The opening event of a chat and this many tokens come before what goes wrong. */
    private static final int TOKENS_BEFORE = 40;

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "%s"
                api_keys: [{ key: test }]
                breaker: { min_calls: 1000 }
              impatient:
                type: openai_compatible
                base_url: "%s"
                timeouts: { idle: 400ms }
            """.formatted(simulator.baseUrl(), simulator.baseUrl()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @CsvSource({
        "cut, upstream_truncated",
        "cut-clean, upstream_truncated",
        "reset-mid, upstream_truncated",
        "stall, upstream_timeout",
        "malformed, malformed_event",
        "oversized, event_too_large",
        "error-event, upstream_failed"
    })
    void eventsBeforeTheFailureAreDeliveredAndTheFailureIsReported(String fault, String code) {
        String id = UUID.randomUUID().toString();

        String provider = fault.equals("stall") ? "impatient" : "up";
        HttpResponse<String> response = stream(provider + "/lorem-60_fault-" + fault + "@40", id);

        List<JsonObject> chunks = ChatClient.chunks(response.body());
        JsonObject last = chunks.get(chunks.size() - 1);
        assertThat(response.statusCode()).isEqualTo(200);
        // The error is there twice: libraries look for an event without a name, or for one named error.
        assertThat(chunks).hasSize(1 + TOKENS_BEFORE + 2).endsWith(last, last);
        assertThat(last.getJsonObject("error").getString("code")).isEqualTo(code);
        assertThat(response.body()).doesNotContain("[DONE]");
        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getString("outcome")).isEqualTo("failed");
        assertThat(line.getString("error_code")).isEqualTo(code);
        assertThat(line.getInteger("attempts")).isEqualTo(1);
        ObservedState.awaitInFlight(sluice, provider, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "missing-done", "comments", "crlf", "split", "joined", "usage-in-choices"})
    void oddButWholeStreamsFinishProperly(String oddity) {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response = stream("up/lorem-60_fault-" + oddity, id);

        assertThat(ChatClient.data(response.body())).endsWith("[DONE]");
        assertThat(response.body()).endsWith(oddity.equals("crlf") ? "data: [DONE]\r\n\r\n" : "data: [DONE]\n\n");
        // the opening, the tokens, the finish reason
        assertThat(ChatClient.chunks(response.body())).hasSize(62).noneMatch(chunk -> chunk.containsKey("error"));
        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getString("outcome")).isEqualTo("ok");
        assertThat(line.getInteger("completion_tokens")).isEqualTo(60);
    }

    @Test
    void usageIsRequestedUpstreamAndHiddenUnlessTheClientRequestedIt() {
        HttpResponse<String> response = stream("up/lorem-60", "hidden");

        assertThat(upstreamBody().getJsonObject("stream_options").getBoolean("include_usage"))
                .isTrue();
        assertThat(ChatClient.chunks(response.body())).isNotEmpty().allSatisfy(chunk -> {
            assertThat(chunk.getJsonArray("choices")).isNotEmpty();
            assertThat(chunk.getValue("usage")).isNull();
        });
        JsonObject line = ObservedState.accessLine(sluice, "hidden");
        assertThat(line.getInteger("completion_tokens")).isEqualTo(60);
        assertThat(line.getInteger("prompt_tokens")).isEqualTo(2);
    }

    @Test
    void usageReachesTheClientThatRequestedIt() {
        JsonObject ask = ChatClient.request("up/lorem-60", "Hello there")
                .put("stream", true)
                .put("stream_options", new JsonObject().put("include_usage", true));

        HttpResponse<String> response = sluice.chat().chat(ask, "x-request-id", "asked");

        List<JsonObject> chunks = ChatClient.chunks(response.body());
        JsonObject usage = chunks.get(chunks.size() - 1).getJsonObject("usage");
        assertThat(usage.getInteger("completion_tokens")).isEqualTo(60);
        assertThat(ObservedState.accessLine(sluice, "asked").getInteger("completion_tokens"))
                .isEqualTo(60);
    }

    @Test
    void usageOfACompleteResponseIsCounted() {
        HttpResponse<String> whole =
                sluice.chat().chat(ChatClient.request("up/lorem-60", "Hello there"), "x-request-id", "whole");

        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(ObservedState.accessLine(sluice, "whole").getInteger("completion_tokens"))
                .isEqualTo(60);
    }

    private static HttpResponse<String> stream(String model, String id) {
        return sluice.chat().chat(ChatClient.request(model, "Hello there").put("stream", true), "x-request-id", id);
    }

    private static JsonObject upstreamBody() {
        return new JsonObject(simulator.log().requests().get(0).body());
    }
}
