package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.NothingIsLeft;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A malformed chunked body is the client's fault: 400, closed, and not counted as a client that left. */
class MalformedBodiesAreRefusedTest {

    private static RunningSluice sluice;
    private static NothingIsLeft rest;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: { type: simulator }
            """);
        rest = NothingIsLeft.of(sluice);
    }

    @AfterEach
    void nothingIsLeft() {
        rest.check();
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nhello\r\n",
                "-1\r\nhello\r\n",
                "+5\r\nhello\r\n",
                "0x5\r\nhello\r\n",
                "\r\nhello\r\n",
                "5\r\nhelloXX",
                "5\nhello\r\n",
                "5 5\r\nhello\r\n",
                "100000000\r\nhello\r\n",
                "ffffffffffffffff\r\nhello\r\n",
                "5\r\nhello\r\n0\r\n bad\r\n\r\n",
                "5\r\nhello\r\ng\r\n"
            })
    void isA400ThatClosesTheConnection(String chunks) throws Exception {
        for (String path : List.of("/v1/chat/completions", "/v1/messages/count_tokens", "/passthrough/up/x")) {
            int before = sluice.accessLines().size();
            try (RawClient client = RawClient.connect(sluice.port())) {
                RawClient.Received received = client.send("POST " + path
                                + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                                + "transfer-encoding: chunked\r\n\r\n" + chunks)
                        .read(8_000);
                assertThat(received.text())
                        .startsWith("HTTP/1.1 400")
                        .containsIgnoringCase("x-should-retry: false")
                        .contains("bad_body");
                assertThat(received.end()).isNotEqualTo(RawClient.End.SILENCE);
            }
            await().until(() -> sluice.accessLines().size() > before);
            JsonObject line = sluice.accessLines().getLast();
            assertThat(line.getInteger("status")).isEqualTo(400);
            assertThat(line.encode()).contains("bad_body").doesNotContain("client_gone");
        }
    }
}
