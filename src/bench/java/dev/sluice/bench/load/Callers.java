package dev.sluice.bench.load;

import dev.sluice.bench.wire.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.function.Supplier;

/** The open connections of one load. */
// What becomes of a write or a connection, its channel tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Callers implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;

    private final Bootstrap bootstrap;
    private final Tally tally;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile boolean closing;

    Callers(EventLoopGroup loops, int port, Tally tally, Supplier<Caller> caller) {
        this.tally = tally;
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
                        channel.pipeline().addLast(caller.get());
                    }
                });
    }

    void connect() {
        if (closing) {
            return;
        }
        bootstrap.connect().addListener(connected -> {
            if (!connected.isSuccess() && !closing) {
                tally.failed("cannot connect: " + connected.cause().getMessage());
            }
        });
    }

    boolean closing() {
        return closing;
    }

    @Override
    public void close() {
        closing = true;
        open.close().awaitUninterruptibly(CONNECT_MILLIS);
    }
}
