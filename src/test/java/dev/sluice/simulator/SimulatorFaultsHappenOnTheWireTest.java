package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RawClient.End;
import dev.sluice.testkit.RawClient.Received;
import dev.sluice.testkit.RunningSimulator;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorFaultsHappenOnTheWireTest {

    private static final int QUIET = 300;
    private static final String LAST_CHUNK = "0\r\n\r\n";

    @RegisterExtension
    static final RunningSimulator SIMULATOR = RunningSimulator.steerable();

    /** Tokens are the events with content; the first event, which has the role, has an empty one. */
    @ParameterizedTest
    @CsvSource({
        "cut,                 CLOSED,  40, false, false",
        "reset-mid,           RESET,   40, false, false",
        "stall,               SILENCE, 40, false, false",
        "cut-clean,           SILENCE, 40, false, true",
        "error-event,         SILENCE, 40, false, true",
        "malformed,           SILENCE, 60, true,  true",
        "oversized,           SILENCE, 60, true,  true",
        "none,                SILENCE, 60, true,  true",
    })
    void aStreamFailsAfterFortyOfSixtyTokens(String fault, End end, int tokens, boolean done, boolean properEnd)
            throws IOException {
        Received received = hear("lorem", true, "x-sluice-simulate: tokens=60, after=40, fault=" + fault);

        assertThat(received.end()).isEqualTo(end);
        assertThat(received.count("\"delta\":{\"content\":")).isEqualTo(tokens);
        assertThat(received.text().contains("[DONE]")).isEqualTo(done);
        assertThat(received.text().endsWith(LAST_CHUNK)).isEqualTo(properEnd);
    }

    @ParameterizedTest
    @CsvSource({
        "reset,               RESET,   ''",
        "silent,              SILENCE, ''",
        "garbage-status,      CLOSED,  HTP/9.z",
        "reset-after-headers, RESET,   HTTP/1.1 200 OK",
        "headers-then-stall,  SILENCE, HTTP/1.1 200 OK",
    })
    void aConnectionFailsBeforeTheBody(String fault, End end, String start) throws IOException {
        for (boolean stream : new boolean[] {true, false}) {
            Received received = hear("fault-" + fault, stream);

            assertThat(received.end()).isEqualTo(end);
            assertThat(received.text()).startsWith(start);
            assertThat(received.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"cut, CLOSED", "reset-mid, RESET", "stall, SILENCE"})
    void aWholeResponseStopsHalfway(String fault, End end) throws IOException {
        Received received = hear("fault-" + fault, false);

        assertThat(received.end()).isEqualTo(end);
        int promised = Integer.parseInt(received.text().replaceAll("(?s).*content-length: (\\d+)\r\n.*", "$1"));
        assertThat(received.body()).hasSize(promised / 2);
    }

    @ParameterizedTest
    @CsvSource({
        "status-503,         503, null",
        "status-401,         401, invalid_api_key",
        "status-429,         429, rate_limit_exceeded",
        "context-length,     400, context_length_exceeded",
        "content-filter,     400, content_filter",
        "insufficient-quota, 429, insufficient_quota",
        "error-200,          200, server_error",
    })
    void refusalsHaveTheirStatusAndCode(String fault, int status, String code) {
        HttpResponse<String> response = post("fault-" + fault);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(String.valueOf(
                        new JsonObject(response.body()).getJsonObject("error").getString("code")))
                .isEqualTo(code);
    }

    @Test
    void anErrorHasRetryAfter() {
        HttpResponse<String> response = post("fault-status-429_retry-1500ms");

        assertThat(response.headers().firstValue("retry-after")).hasValue("2");
        assertThat(response.headers().firstValue("retry-after-ms")).hasValue("1500");
    }

    @Test
    void badGatewayIsAnHtmlPage() {
        HttpResponse<String> response = post("fault-html");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/html");
        assertThat(response.body()).startsWith("<html>");
    }

    @Test
    void errorEventAndMalformedEventAreSentAsNamed() throws IOException {
        assertThat(hear("fault-error-event@3", true).text()).contains("data: {\"error\":{");
        assertThat(hear("fault-malformed@3", true).text()).contains("\"choices\":[{,,");
        assertThat(hear("fault-oversized@3", true).text().length()).isGreaterThan(StreamScript.OVERSIZED);
        assertThat(hear("fault-oversized", false).text().length()).isGreaterThan(JsonBodyScript.PADDING);
        assertThat(hear("fault-malformed", false).body()).startsWith("{,,");
    }

    @Test
    void unusualStreamsAreComplete() throws IOException {
        Received missing = hear("fault-missing-done", true);
        assertThat(missing.text())
                .contains("\"finish_reason\":\"stop\"")
                .doesNotContain("[DONE]")
                .endsWith(LAST_CHUNK);
        Received usage = hear("fault-usage-in-choices", true);
        assertThat(usage.text())
                .containsPattern("\"finish_reason\":\"stop\"}],\"usage\":\\{\"prompt")
                .contains("[DONE]");
        Received comments = hear("lorem-5_fault-comments", true);
        assertThat(comments.count(": OPENROUTER PROCESSING\n\n")).isEqualTo(comments.count("data: "));
        Received crlf = hear("lorem-5_fault-crlf", true);
        assertThat(crlf.count("\r\n\r\n")).isGreaterThan(8);
        assertThat(crlf.text()).contains("data: [DONE]\r\n\r\n");
        assertThat(hear("fault-wrong-content-type", true).text()).contains("content-type: text/plain");
        assertThat(hear("lorem-2_fault-split", true).body()).startsWith("1\r\nd\r\n1\r\na\r\n1\r\nt\r\n");
        assertThat(hear("fast-2_fault-joined", true).body().split("data: ")[0]).matches("[0-9a-f]{3}\r\n");
    }

    private static HttpResponse<String> post(String model) {
        return new ChatClient(SIMULATOR.baseUrl()).chat(ChatClient.request(model, "x"));
    }

    private static Received hear(String model, boolean stream, String... headerLines) throws IOException {
        try (RawClient client = RawClient.connect(SIMULATOR.port())) {
            return client.post(
                            "/v1/chat/completions",
                            ChatClient.request(model, "x").put("stream", stream).encode(),
                            headerLines)
                    .read(QUIET, stream ? LAST_CHUNK : "");
        }
    }
}
