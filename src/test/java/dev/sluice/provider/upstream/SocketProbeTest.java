package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.provider.upstream.SocketProbe.Waiting;
import dev.sluice.testkit.RunningSluice;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketProbeTest {

    /** With epoll, as in production, and with NIO. The event loop is busy with the test, so it reads nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reportsWhatTheEventLoopHasNotRead(boolean epoll) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(epoll));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Vert.x closes a client that is no longer referenced.
            NetClient connector = vertx.createNetClient();
            NetSocket client = RunningSluice.await(connector.connect(server.getLocalPort(), "127.0.0.1"));
            Channel channel =
                    ((NetSocketInternal) client).channelHandlerContext().channel();
            assertThat(SocketProbe.roundTripNanos(channel) > 0).isEqualTo(epoll);
            List<Waiting> seen = channel.eventLoop()
                    .submit(() -> {
                        List<Waiting> found = new ArrayList<>();
                        try (Socket socket = server.accept()) {
                            found.add(SocketProbe.waiting(channel));
                            socket.getOutputStream().write('a');
                            LockSupport.parkNanos(20_000_000);
                            found.add(SocketProbe.waiting(channel));
                            found.add(SocketProbe.waiting(channel));
                        }
                        LockSupport.parkNanos(20_000_000);
                        found.add(SocketProbe.waiting(channel));
                        return found;
                    })
                    .get();

            assertThat(seen).containsExactly(Waiting.NOTHING, Waiting.BYTES, Waiting.NOTHING, Waiting.CLOSE);
            RunningSluice.await(connector.close());
            assertThat(SocketProbe.roundTripNanos(channel)).as("closed").isZero();
        } finally {
            RunningSluice.await(vertx.close());
        }
    }

    @Test
    void knowsNothingOfOtherChannels() {
        EmbeddedChannel channel = new EmbeddedChannel();

        assertThat(SocketProbe.waiting(channel)).isEqualTo(Waiting.NOTHING);
        assertThat(SocketProbe.roundTripNanos(channel)).isZero();
        channel.finish();
    }
}
