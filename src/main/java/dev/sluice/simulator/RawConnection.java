package dev.sluice.simulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** Misbehavior on a connection, which Vert.x does not offer. The only class that goes below Vert.x's API. */
final class RawConnection {

    private RawConnection() {}

    /** Sends TCP RST instead of FIN: a socket closed with a linger time of zero does. */
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
