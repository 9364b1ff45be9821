package dev.sluice.bench.load;

import dev.sluice.bench.Pause;
import dev.sluice.bench.wire.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The open connections of one load. */
// The channel's handlers report failed writes and closed connections.
@SuppressWarnings("FutureReturnValueIgnored")
final class LoadConnections implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;
    private static final long POLL_MILLIS = 20;

    private final Bootstrap bootstrap;
    private final LoadStats stats;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile boolean finishing;
    private volatile boolean closing;

    LoadConnections(EventLoopGroup loops, int port, LoadStats stats, Supplier<LoadConnection> connection) {
        this.stats = stats;
        this.bootstrap = new Bootstrap()
                .group(loops)
                .channel(Transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .remoteAddress("127.0.0.1", port)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        channel.pipeline().addLast(connection.get());
                    }
                });
    }

    void connect() {
        if (closing) {
            return;
        }
        bootstrap.connect().addListener(connected -> {
            if (!connected.isSuccess() && !closing) {
                stats.failed("cannot connect: " + connected.cause().getMessage());
            }
        });
    }

    boolean closing() {
        return closing;
    }

    /** True once no further request may be sent. */
    boolean finishing() {
        return finishing || closing;
    }

    /** Waits until every response has arrived or the time is over. Returns the number of missing responses. */
    int finish(int seconds) {
        finishing = true;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
            // A connection may have been about to send a request.
            Pause.millis(POLL_MILLIS);
        } while (stats.inFlight() > 0 && System.nanoTime() - until < 0);
        return (int) stats.inFlight();
    }

    @Override
    public void close() {
        closing = true;
        open.close().awaitUninterruptibly(CONNECT_MILLIS);
    }
}
