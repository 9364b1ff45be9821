package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ServerConfig.AdminConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a listener does with its port, its requests and its connections. */
class EdgeServerTest {

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
    void openConnectionsAreCounted() throws Exception {
        assertThat(edge.server().openConnections()).isZero();
        try (EdgeClient one = edge.connect();
                EdgeClient two = edge.connect()) {
            one.get("/one");
            two.get("/two");

            assertThat(edge.server().openConnections()).isEqualTo(2);
        }
        await().until(() -> edge.server().openConnections() == 0);
    }

    @Test
    void aPortInUseFailsToBind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Future<EdgeServer> listening = admin(taken.getLocalPort()).listen();

            await().until(listening::isComplete);
            assertThat(listening.cause()).isInstanceOf(BindException.class);
        }
    }

    /** Over the strict decoder and over the guard. */
    @Test
    void aRequestThatIsRefusedIsReportedAndNotRouted() throws Exception {
        try (EdgeClient folded = edge.connect();
                EdgeClient traced = edge.connect()) {
            assertThat(folded.exchange("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n")
                            .status())
                    .isEqualTo(400);
            assertThat(traced.exchange("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(405);
        }
        assertThat(edge.refusals)
                .extracting(GatewayError::kind)
                .containsExactlyInAnyOrder(GatewayError.Kind.INVALID_REQUEST, GatewayError.Kind.METHOD_NOT_ALLOWED);
        assertThat(edge.routed).isEmpty();
    }

    @Test
    void theBodyLimitIsThatOfTheActiveConfiguration() throws Exception {
        String post =
                "POST /plain HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        try (EdgeClient client = edge.connect()) {
            assertThat(client.exchange(post).status()).isEqualTo(200);

            edge.config.set(EdgeFixture.config(1, 10_000, 10_000, 75_000, null));

            assertThat(client.exchange(post).status()).isEqualTo(413);
        }
    }

    @Test
    void theAdminListenerRoutesToItsGuardOnly() throws Exception {
        EdgeServer admin = RunningSluice.await(admin(0).listen());
        assertThat(admin.port()).isPositive().isNotEqualTo(edge.port());
        try (EdgeClient client = new EdgeClient(admin.port())) {
            assertThat(client.get("/admin/health").body()).isEqualTo("admin");
        }
        assertThat(edge.routed).isEmpty();
    }

    @Test
    void aClosedServerAcceptsNoConnectionsAndClosesTheOpenOnes() throws Exception {
        int port = edge.port();
        try (EdgeClient client = edge.connect()) {
            client.get("/one");

            RunningSluice.await(edge.server().close());

            assertThat(client.closedByServer()).isTrue();
            assertThatThrownBy(() -> new EdgeClient(port)).isInstanceOf(IOException.class);
        }
    }

    private EdgeServer admin(int port) {
        return EdgeServer.createAdmin(
                edge.vertx,
                new AdminConfig("127.0.0.1", port),
                () -> edge.config.get().timeouts(),
                EdgeGuard.ofAdmin(List.of(), 1024, request -> request.response().end("admin")));
    }
}
