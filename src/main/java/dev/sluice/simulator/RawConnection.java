package dev.sluice.simulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Faults on a connection that Vert.x does not offer: TCP resets and bytes that are not HTTP. The only class of the
 * simulator below Vert.x's API.
 */
final class RawConnection {

    private RawConnection() {}

    /** Sends TCP RST instead of FIN, by closing the socket with a linger time of zero. */
    @SuppressWarnings("FutureReturnValueIgnored") // a reset is not awaited; Netty takes no void promise for a close
    static void reset(HttpConnection connection) {
        Channel channel = channel(connection);
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    /** Writes bytes past the HTTP encoder and closes. */
    static void garble(HttpConnection connection, Buffer bytes) {
        channel(connection)
                .pipeline()
                .firstContext()
                .writeAndFlush(Unpooled.wrappedBuffer(bytes.getBytes()))
                .addListener(written -> connection.close());
    }

    private static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}
