package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listeners without keys serve programs and pages of this machine only: the data plane in open mode, the admin API. */
class LocalOnlyPolicyTest {

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
        "localhost, , 200, 200",
        "127.0.0.1:80, , 200, 200",
        "'[::1]', , 200, 200",
        "localhost, http://localhost:3000, 200, 200",
        "localhost, https://evil.example, 403, 403",
        "localhost, null, 403, 403",
        "evil.example, , 403, 421",
        "localhost.evil.example, , 403, 421",
        "127.0.0.999, , 403, 421",
    })
    void bothListenersWantLoopbackInHostAndOrigin(String host, String origin, int dataPlane, int admin)
            throws Exception {
        String headers = "host: " + host + "\r\n" + (origin == null ? "" : "origin: " + origin + "\r\n");

        assertThat(status(sluice.port(), "GET /v1/models HTTP/1.1", headers)).isEqualTo(dataPlane);
        assertThat(status(sluice.main().adminPort(), "GET / HTTP/1.1", headers)).isEqualTo(admin);
    }

    @Test
    void requestsWithoutHostAreServedOverHttp10Only() throws Exception {
        assertThat(status(sluice.port(), "GET /v1/models HTTP/1.0", "")).isEqualTo(200);
        assertThat(status(sluice.main().adminPort(), "GET / HTTP/1.0", "")).isEqualTo(200);
        assertThat(status(sluice.port(), "GET /v1/models HTTP/1.1", "")).isEqualTo(400);
        assertThat(status(sluice.main().adminPort(), "GET / HTTP/1.1", "")).isEqualTo(400);
    }

    private static int status(int port, String requestLine, String headers) throws Exception {
        try (RawClient client = RawClient.connect(port)) {
            client.send(requestLine + "\r\n" + headers + "connection: close\r\n\r\n");
            String response = client.read(10_000).text();
            assertThat(response).matches("(?s)HTTP/1\\.[01] \\d{3}.*");
            return Integer.parseInt(response.substring(9, 12));
        }
    }
}
