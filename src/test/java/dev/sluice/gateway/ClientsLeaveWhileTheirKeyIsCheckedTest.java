package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.auth.TestIssuer;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request that ends while the keys of its token's issuer are being fetched opens no exchange. */
class ClientsLeaveWhileTheirKeyIsCheckedTest {

    private final Vertx vertx = Vertx.vertx();
    private final Queue<HttpServerRequest> fetches = new ConcurrentLinkedQueue<>();
    private TestIssuer issuer;
    private RunningSluice sluice;

    /** How the request ends. */
    enum End {
        CLIENT_LEAVES {
            @Override
            void end(RawClient client) throws Exception {
                client.close();
            }
        },
        MALFORMED_BODY {
            @Override
            void end(RawClient client) throws Exception {
                client.send("zz\r\nhello\r\n");
                assertThat(client.readResponse(5_000))
                        .startsWith("HTTP/1.1 400")
                        .contains("bad_body");
            }
        };

        abstract void end(RawClient client) throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        issuer = new TestIssuer(vertx);
        issuer.response.set(fetches::add);
        // The first fetch hangs, so that a token waits for it.
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + """
                    auth:
                      jwt: { issuer: "%1$s", audience: "%2$s", jwks: "%1$s/keys", algorithms: [RS256] }
                    providers: { up: { type: simulator } }
                    """.formatted(issuer.url(), TestIssuer.AUDIENCE), Map.of(), 1);
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void leaveNothingBehind(End end) throws Exception {
        String token = TestIssuer.rs256(issuer.claims(Instant.now().getEpochSecond()));
        await().until(() -> !fetches.isEmpty());
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer " + token
                    + "\r\nx-request-id: gone\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
            end.end(client);
            JsonObject line = ObservedState.accessLine(sluice, "gone");
            issuer.response.set(issuer::serveKeys);
            fetches.forEach(issuer::serveKeys);

            // The keys have arrived when another request with such a token is served.
            await().until(() -> sluice.chat()
                            .chat(
                                    dev.sluice.testkit.ChatClient.request("up/echo", "Hello"),
                                    "authorization",
                                    "Bearer " + token)
                            .statusCode()
                    == 200);
            assertThat(line.getString("key_id")).isNull();
            await().until(() -> ObservedState.requestsInFlight(sluice) == 0);
            long start = System.nanoTime();
            RunningSluice.await(sluice.main().drain());
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                    .as("milliseconds to drain: an exchange or a session is still registered")
                    .isLessThan(3_000);
        }
    }
}
