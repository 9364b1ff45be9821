package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.http.edge.EdgeClient.Reply;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Draining closes idle connections, lets the others finish, and announces the end to each client. */
class DrainFinishesOpenRequestsTest {

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
    void idleConnectionsCloseAndBusyOnesFinish() throws Exception {
        try (EdgeClient idle = edge.connect();
                EdgeClient busy = edge.connect()) {
            // Given
            idle.get("/one");
            busy.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> edge.routed.contains("GET /held"));

            // When
            Future<Void> drained = edge.drain();

            // Then
            assertThat(idle.closedByServer()).isTrue();
            assertThat(drained.isComplete()).isFalse();
            edge.release();
            Reply reply = busy.read();
            assertThat(reply.body()).isEqualTo("released");
            assertThat(reply.closes()).isTrue();
            assertThat(busy.closedByServer()).isTrue();
            await().until(drained::succeeded);
        }
    }

    @Test
    void aNewConnectionGetsOneResponse() throws Exception {
        try (EdgeClient busy = edge.connect()) {
            busy.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> edge.routed.contains("GET /held"));
            edge.drain();

            try (EdgeClient newcomer = edge.connect()) {
                Reply reply = newcomer.get("/late");

                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.closes()).isTrue();
                assertThat(newcomer.closedByServer()).isTrue();
            }
            edge.release();
            assertThat(busy.read().status()).isEqualTo(200);
        }
    }

    @Test
    void withoutConnectionsDrainingCompletesAtOnce() {
        Future<Void> drained = edge.drain();

        await().until(drained::succeeded);
    }
}
