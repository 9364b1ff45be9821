package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Idle connections are closed in time; connections with a slow response are not. */
class OpenConnectionsTest {

    private static final int HEADER_MILLIS = 300;
    private static final int IDLE_MILLIS = 1_000;

    private EdgeFixture edge;

    @BeforeEach
    void start() {
        edge = new EdgeFixture(EdgeFixture.config(1024, HEADER_MILLIS, 10_000, IDLE_MILLIS, null));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void aClientThatSendsNothingIsClosed() throws Exception {
        long start = System.nanoTime();
        try (EdgeClient client = edge.connect()) {
            assertThat(client.closedByServer()).isTrue();
        }
        assertThat(millisSince(start)).isBetween((long) HEADER_MILLIS, (long) IDLE_MILLIS);
        await().untilAsserted(() -> assertThat(edge.open()).isZero());
    }

    @Test
    void aSlowHeadIsClosed() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            AtomicBoolean refused = new AtomicBoolean();
            await().pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> {
                        try {
                            client.send("X: y\r\n");
                        } catch (IOException closed) {
                            refused.set(true);
                        }
                        return refused.get();
                    });
        }
        assertThat(edge.routed).isEmpty();
    }

    @Test
    void aKeptAliveConnectionIsClosedAfterTheIdleTimeNotTheHeaderTime() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.get("/one");
            long start = System.nanoTime();

            assertThat(client.closedByServer()).isTrue();
            assertThat(millisSince(start)).isGreaterThanOrEqualTo(IDLE_MILLIS - 50);
        }
    }

    @Test
    void halfAHeadDoesNotKeepAConnectionAlive() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.get("/one");
            client.send("GET / HTTP/1.1\r\nHo");

            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aSlowResponseIsNotIdle() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            try (EdgeClient witness = edge.connect()) {
                witness.get("/one");
                assertThat(witness.closedByServer()).isTrue();
            }
            await().untilAsserted(() -> assertThat(edge.open()).isEqualTo(1));
            edge.release();
            assertThat(client.read().body()).isEqualTo("released");
        }
    }

    @Test
    void aReloadAppliesToOpenConnections() throws Exception {
        edge.config.set(EdgeFixture.config(1024, 60_000, 10_000, 60_000, null));
        try (EdgeClient client = edge.connect()) {
            client.get("/one");
            edge.config.set(EdgeFixture.config(1024, HEADER_MILLIS, 10_000, IDLE_MILLIS, null));

            assertThat(client.closedByServer()).isTrue();
        }
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
