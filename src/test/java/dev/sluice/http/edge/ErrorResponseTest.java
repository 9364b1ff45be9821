package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.edge.EdgeClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After an early error response, the unread body is never read as the next request. */
class ErrorResponseTest {

    private static final String TRAP = "GET /trap HTTP/1.1\r\nHost: a\r\n\r\n";

    private EdgeFixture edge;

    @BeforeEach
    void start() {
        edge = EdgeFixture.start();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void aSmallUnreadBodyIsDrained() throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply refused = client.exchange(
                    "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: " + TRAP.length() + "\r\n\r\n" + TRAP);

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.closes()).isFalse();
            assertThat(refused.body())
                    .isEqualTo(
                            "{\"error\":{\"message\":\"no"
                                + " \\\"key\\\"\",\"type\":\"authentication_error\",\"param\":null,\"code\":\"invalid_api_key\"}}");
            assertThat(client.get("/next").body()).isEqualTo("/next");
        }
        assertThat(edge.routed).containsExactly("POST /refused", "GET /next");
    }

    @Test
    void aSmallLateBodyIsDrained() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.exchange("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: " + TRAP.length() + "\r\n\r\n");
            client.send(TRAP);

            assertThat(client.get("/next").body()).isEqualTo("/next");
        }
        assertThat(edge.routed).containsExactly("POST /refused", "GET /next");
    }

    @Test
    void aLargeUnreadBodyClosesTheConnection() throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply refused =
                    client.exchange("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n" + TRAP);

            assertThat(refused.closes()).isTrue();
            assertThat(client.closedByServer()).isTrue();
        }
        assertThat(edge.routed).containsExactly("POST /refused");
    }

    @Test
    void anUnreadChunkedBodyClosesTheConnection() throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply refused = client.exchange("POST /refused HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");

            assertThat(refused.closes()).isTrue();
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void theRefusalsOfTheGuardAreReported() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.exchange("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        assertThat(edge.refusals)
                .singleElement()
                .satisfies(error -> assertThat(error.status()).isEqualTo(405));
    }

    @Test
    void aHeadRequestGetsNoBody() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.send("HEAD /a%zz HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");

            // The response to HEAD ends with its headers. If a body followed, the next status line would be garbage.
            assertThat(client.readHead().status()).isEqualTo(400);
            assertThat(client.read().body()).isEqualTo("/next");
        }
    }
}
