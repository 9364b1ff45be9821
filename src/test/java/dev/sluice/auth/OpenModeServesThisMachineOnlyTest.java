package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without keys every program of this machine may call; a page from elsewhere in its browser may not. */
class OpenModeServesThisMachineOnlyTest {

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + "providers: { sluice: { type: simulator } }\n");
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, , 200",
        "127.0.0.1:80, , 200",
        "'[::1]', , 200",
        "localhost, http://localhost:3000, 200",
        "localhost, https://evil.example, 403",
        "localhost, null, 403",
        "evil.example, , 403",
        "localhost.evil.example, , 403",
    })
    void hostAndOriginAreLoopback(String host, String origin, int status) throws Exception {
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send("GET /v1/models HTTP/1.1\r\nhost: " + host + "\r\n"
                    + (origin == null ? "" : "origin: " + origin + "\r\n")
                    + "connection: close\r\n\r\n");

            assertThat(client.hear(10_000).text()).startsWith("HTTP/1.1 " + status);
        }
    }
}
