package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HealthCommandTest {

    private HttpServer gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    @Test
    void aRespondingGatewayIsAlive() {
        respondWith(200);

        assertThat(HealthCommand.isAlive(livez(gateway.getAddress().getPort()))).isTrue();
    }

    @Test
    void aGatewayThatReturnsAnErrorIsNotAlive() {
        respondWith(503);

        assertThat(HealthCommand.isAlive(livez(gateway.getAddress().getPort()))).isFalse();
    }

    @Test
    void aClosedPortIsNotAlive() throws IOException {
        int freed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freed = socket.getLocalPort();
        }

        assertThat(HealthCommand.isAlive(livez(freed))).isFalse();
    }

    private void respondWith(int status) {
        gateway.createContext("/livez", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    private static String livez(int port) {
        return "http://127.0.0.1:" + port + "/livez";
    }
}
